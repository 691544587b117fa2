const shown = '[redacted]';
const inspected = Symbol.for('nodejs.util.inspect.custom');
const mark = Symbol.for('seaworthy.secret');

/** A value that prints as `[redacted]` everywhere: text, JSON, inspection and error messages. */
export class Secret<T = string> {
  static {
    Object.defineProperty(Secret.prototype, mark, { value: true });
    Object.defineProperty(Secret.prototype, inspected, { value: () => shown });
  }

  /** A secret whose value is looked up each time it is revealed. */
  static following<T>(read: () => T): Secret<T> {
    const secret = new Secret<T>(undefined as T);
    secret.#read = read;
    return secret;
  }

  #read: () => T;

  constructor(value: T) {
    this.#read = () => value;
    Object.freeze(this);
  }

  /** The value itself: call it where it is used, and pass the secret everywhere else. */
  reveal(): T {
    return this.#read();
  }

  toString(): string {
    return shown;
  }

  toLocaleString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [Symbol.toPrimitive](): string {
    return shown;
  }

  get [Symbol.toStringTag](): string {
    return 'Secret';
  }
}

/** A secret of the same kind that follows rotation: text, or nothing where the key is optional. */
export type FollowedSecret<Value> =
  Extract<Value, Secret<unknown>> extends Secret<infer T> ? Secret<undefined extends Value ? T | undefined : T> : never;

/** True for a secret, also one made by another copy of this package. */
export function isSecret(value: unknown): value is Secret<unknown> {
  return typeof value === 'object' && value !== null && Reflect.get(value, mark) === true;
}
