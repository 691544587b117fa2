const shown = '[redacted]';
const inspected = Symbol.for('nodejs.util.inspect.custom');
const mark = Symbol.for('seaworthy.secret');

/** A value that prints as `[redacted]` everywhere: text, JSON, inspection and error messages. */
export class Secret<T = string> {
  static {
    Object.defineProperty(Secret.prototype, mark, { value: true });
    Object.defineProperty(Secret.prototype, inspected, { value: () => shown });
  }

  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
    Object.freeze(this);
  }

  /** The value itself: call it where it is used, and pass the secret everywhere else. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [Symbol.toPrimitive](): string {
    return shown;
  }
}

/** True for a secret, also one made by another copy of this package. */
export function isSecret(value: unknown): value is Secret<unknown> {
  return typeof value === 'object' && value !== null && Reflect.get(value, mark) === true;
}
