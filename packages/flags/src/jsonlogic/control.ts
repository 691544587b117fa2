import { messageOf } from '../json.ts';
import { logic } from '../operators/logic.ts';
import { argument, operator, type Operator } from '../operators/operator.ts';
import { FlagErrors } from '../errors.ts';
import { inside } from './frame.ts';

const many = Number.POSITIVE_INFINITY;

/** Choices and failures beside those that flagd's targeting has too. */
export const controlOperators: Readonly<Record<string, Operator>> = {
  ...(logic['if'] && { '?:': logic['if'] }),
  '??': operator(0, many, ({ args }) => (data, key) => {
    for (const run of args) {
      const value = run(data, key);
      if (value !== null && value !== undefined) return value;
    }
    return null;
  }),
  throw: operator(1, 1, (compilation) => {
    const run = argument(compilation, 0);
    return (data, key) => {
      const reason = run(data, key);
      throw new FlagErrors.RULE_FAILED({ reason: typeof reason === 'string' ? { type: reason } : reason });
    };
  }),
  try: operator(1, many, ({ args }) => (data, key) => {
    let frame = data;
    let failure: unknown;
    for (const run of args) {
      try {
        return run(frame, key);
      } catch (error) {
        failure = error;
        frame = inside(data, reasonOf(error));
      }
    }
    throw failure;
  }),
};

/** What the next argument of `try` sees. */
function reasonOf(error: unknown): unknown {
  return FlagErrors.RULE_FAILED.is(error) ? error.params.reason : { type: messageOf(error) };
}
