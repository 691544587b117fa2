import { format, inspect, isDeepStrictEqual } from 'node:util';

/** The two functions that the assertions of a document call. */
export interface Expectations {
  equals(line: number, actual: unknown, expected: () => unknown, text: string): void;
  prints(line: number, expected: string): (...values: readonly unknown[]) => void;
  /** Tells the lines whose assertion was never come to. */
  finish(lines: readonly number[]): void;
}

/** Each difference is told with its line; the module goes on to the next assertion. */
export function expectations(tell: (line: number, message: string) => void): Expectations {
  const reached = new Set<number>();
  return {
    finish(lines) {
      for (const line of lines)
        if (!reached.has(line)) tell(line, 'the program ended before it came to this assertion');
    },
    equals(line, actual, expected, text) {
      reached.add(line);
      if (isDeepStrictEqual(plain(actual), plain(expected()))) return;
      tell(line, `the document says ${text}, and it is ${inspect(actual, { depth: 8, breakLength: Infinity })}`);
    },
    prints(line, expected) {
      reached.add(line);
      return (...values) => {
        const printed = format(...values);
        if (printed !== expected) tell(line, `the document says that it prints ${expected}, and it prints ${printed}`);
      };
    },
  };
}

// A document writes objects as literals; what it compares them with may have no prototype or be frozen.
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
