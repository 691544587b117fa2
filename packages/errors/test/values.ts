import {
  defineErrors,
  exitCode,
  toJSON,
  toLogFields,
  toProblemDetails,
  toSpanException,
  toTerminal,
  translate,
  type ProblemDetailsOptions,
  type TerminalOptions,
} from '../src/index.ts';

/** The errors that tests of any value use: one with a sensitive parameter, also in German. */
export const Errors = defineErrors('billing', {
  CARD: { message: 'Card {number} of {owner}', sensitive: ['number'], httpStatus: 402, help: 'Try again.' },
});
const german = translate('de', { 'billing.CARD': 'Karte {number} von {owner}' }, Errors);
export const inGerman = { locale: 'de', translations: [german] } as const;

/** Passes a value that the types forbid. */
export function forbidden(value: unknown): never {
  return value as never;
}

/** Every output of one value that is data. */
export function dataOf(value: unknown, options: ProblemDetailsOptions = inGerman): readonly unknown[] {
  const problems = [toProblemDetails(value), toProblemDetails(value, options)];
  return [toJSON(value), toLogFields(value), toSpanException(value), ...problems, exitCode(value)];
}

/** Every output of one value that is text. */
export function textsOf(value: unknown, options: TerminalOptions = { source: () => 'a\nb\n' }): readonly string[] {
  return [
    toTerminal(value),
    toTerminal(value, { ...inGerman, ...options }),
    toTerminal(value, { ...options, color: true }),
  ];
}

export const trap = (): never => {
  throw new Error('trapped');
};

/** What a proxy does that is angry about everything. */
export const traps: ProxyHandler<object> = {
  get: trap,
  has: trap,
  ownKeys: trap,
  getPrototypeOf: trap,
  getOwnPropertyDescriptor: trap,
};

export function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** An error at the end of so many causes. */
export function chain(length: number): Error {
  let error = new Error('root');
  for (let index = 0; index < length; index += 1) error = new Error(`level ${index}`, { cause: error });
  return error;
}

/** What `using` throws when a disposal fails after something else did: Node 24 has its class, compilers write it out for 22. */
export function suppressedError(error: unknown, suppressed: unknown, message: string): Error {
  const Native: unknown = Reflect.get(globalThis, 'SuppressedError');
  if (typeof Native === 'function') return Reflect.construct(Native, [error, suppressed, message]);
  return Object.assign(new Error(message), { name: 'SuppressedError', error, suppressed });
}
