import { defineErrors, type Catalogue, type SchemaLike } from '@seaworthy/errors/define';

/** What is known of a call that a breaker refused. */
interface Refused {
  readonly pipeline: string;
  readonly state: string;
  /** Why it refuses, and when to try again. */
  readonly advice: string;
  /** When the breaker lets calls try; only of one that opened by itself. */
  readonly retryAfterMs?: number;
}

const definitions = {
  TIMED_OUT: {
    message:
      'The {limit} time limit of {timeoutMs} ms of "{pipeline}" is over. Make the call faster or raise the limit.',
    httpStatus: 504,
    exitCode: 75,
    retryable: true,
  },
  CLOSED: {
    message:
      'The call to "{pipeline}" was ended because its resilience registry is closed. Close it after the last call.',
    httpStatus: 503,
    exitCode: 75,
  },
  BREAKER_OPEN: {
    message: 'The call to "{pipeline}" was refused (breaker {state}): {advice}',
    params: { '~standard': {} } as SchemaLike<Refused>,
    httpStatus: 503,
    exitCode: 75,
    stack: false,
  },
  BULKHEAD_FULL: {
    message:
      'The call to "{pipeline}" was refused: {running} calls are running and {queue} are waiting. Try again later, or allow more.',
    httpStatus: 503,
    exitCode: 75,
    stack: false,
  },
  RATE_LIMITED: {
    message: 'The call to "{pipeline}" was refused: its rate limit is used up. Try again in {retryAfterMs} ms.',
    httpStatus: 429,
    exitCode: 75,
    retryable: true,
    stack: false,
  },
  NO_TARGET: {
    message: 'None of the {targets} targets of "{group}" is healthy. Try again later, or look why they fail.',
    httpStatus: 503,
    exitCode: 75,
    stack: false,
  },
  STORE_FAILED: {
    message: 'The store of a shared rate limit failed: {problem}. Limits are those of this process until it is back.',
    httpStatus: 503,
    exitCode: 75,
    stack: false,
  },
  HEDGED: {
    message: 'Another attempt of the call to "{pipeline}" answered first. Nothing has to be done.',
    stack: false,
  },
  DISCARDED: {
    message: 'An answer of the call to "{pipeline}" was thrown away, to try again. Nothing has to be done.',
    stack: false,
  },
  UNWANTED: {
    message: 'Nobody waits for this load of "{name}" any more. Nothing has to be done.',
    stack: false,
  },
  BATCH_ENDED: {
    message: 'The batch was ended because one of its tasks failed. Look at the failed task.',
    stack: false,
  },
  DUPLICATE_NAME: {
    message: 'There is already something named "{name}" in this resilience registry. Reuse it, or choose another name.',
    exitCode: 70,
  },
  BAD_OPTION: {
    message: 'Expected `{option}` to be {expected}, got `{value}` ({type}).',
    exitCode: 70,
  },
} as const;

/** Every error this package throws. */
export const ResilienceErrors: Catalogue<typeof definitions> = defineErrors('seaworthy.resilience', definitions);
