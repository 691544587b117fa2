import { isSeaworthyError } from './define.ts';
import { ErrorsErrors } from './errors.ts';
import { show } from './plain.ts';
import { isList, read } from './meta.ts';
import { isErrorLike, suppressedError } from './snapshot.ts';
import type { SeaworthyError } from './types.ts';

/**
 * Turns any thrown value into an error with a code. Our own errors come back as they are; a foreign error becomes the
 * `cause` of one that has its message and stack; anything else is the `cause` of `seaworthy.errors.THROWN_VALUE`.
 * Never throws.
 */
export function normalize(value: unknown): SeaworthyError {
  if (isSeaworthyError(value)) return value;
  if (!isErrorLike(value)) return new ErrorsErrors.THROWN_VALUE({ value: show(value) }, { cause: value });
  const message = read(value, 'message');
  const params = { message: typeof message === 'string' ? message : '' };
  const error: SeaworthyError = new ErrorsErrors[problemOf(value)](params, { cause: value });
  const stack = read(value, 'stack');
  if (typeof stack === 'string') Object.defineProperty(error, 'stack', { value: stack, configurable: true });
  return error;
}

type Wrapper = 'UNEXPECTED' | 'SYSTEM' | 'ABORTED' | 'TIMED_OUT' | 'AGGREGATE';

function problemOf(error: Error): Wrapper {
  const name = read(error, 'name');
  if (name === 'AbortError') return 'ABORTED';
  if (name === 'TimeoutError') return 'TIMED_OUT';
  if (name === suppressedError || isList(read(error, 'errors'))) return 'AGGREGATE';
  return typeof read(error, 'syscall') === 'string' ? 'SYSTEM' : 'UNEXPECTED';
}
