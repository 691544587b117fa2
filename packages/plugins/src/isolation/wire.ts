// What two sides of a boundary say to each other. Whatever arrives is read by `readMessage` before anything is done with it.

/** Where an `AbortSignal` stood among the arguments: in place of one, or of a member of one. */
export type SignalPlace = readonly [argument: number, key: string | null, abortedWith: string | null];

/** Asks for an answer. */
export type Call = readonly [
  'call',
  id: number,
  method: string,
  args: readonly unknown[],
  signals: readonly SignalPlace[],
];
/** Says something that has no answer. */
export type Tell = readonly ['tell', method: string, args: readonly unknown[]];
export type Answer = readonly ['answer', id: number, value: unknown];
export type Failure = readonly ['failure', id: number, error: unknown];
/** Aborts a call, or with `place` one of the signals among its arguments. */
export type Abort = readonly ['abort', id: number, place: number, reason: string];

export type Message = Call | Tell | Answer | Failure | Abort;

/** The place of the signal of the call itself. */
export const wholeCall: number = -1;
const mostArguments = 64;
const longestName = 256;

/** Whether this is a message of ours; everything about it was checked but the values that plugins gave. */
export function isMessage(value: unknown): value is Message {
  if (!Array.isArray(value)) return false;
  const [kind, first, second, third, fourth] = value as readonly unknown[];
  switch (kind) {
    case 'call':
      return isId(first) && isName(second) && isArgs(third) && isSignals(fourth, third.length);
    case 'tell':
      return isName(first) && isArgs(second);
    case 'answer':
      return isId(first);
    case 'failure':
      return isId(first) && typeof second === 'object';
    case 'abort':
      return isId(first) && typeof second === 'number' && typeof third === 'string';
    default:
      return false;
  }
}

function isId(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value.length <= longestName;
}

function isArgs(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length <= mostArguments;
}

function isSignals(value: unknown, argumentCount: number): boolean {
  return Array.isArray(value) && value.length <= mostArguments && value.every((each) => isPlace(each, argumentCount));
}

function isPlace(value: unknown, argumentCount: number): boolean {
  if (!Array.isArray(value)) return false;
  const [argument, key, abortedWith] = value as readonly unknown[];
  return (
    Number.isInteger(argument) &&
    (argument as number) >= 0 &&
    (argument as number) < argumentCount &&
    (key === null || isName(key)) &&
    (abortedWith === null || typeof abortedWith === 'string')
  );
}
