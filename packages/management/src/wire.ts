import type { ErrorJson } from '@seaworthy/errors';
import type { Call, Rendered } from './call.ts';
import type { DumpTaken, RequestAnswered } from './events.ts';
import type { Place } from './listen.ts';

/** From the worker that listens to the main thread. */
export type ToMain =
  | { readonly kind: 'listening'; readonly place: Place }
  | { readonly kind: 'failed'; readonly error: ErrorJson }
  /** `expiresAt` is in milliseconds of `process.hrtime`, which all threads share. */
  | { readonly kind: 'call'; readonly id: number; readonly call: Call; readonly expiresAt: number }
  | { readonly kind: 'cancel'; readonly id: number }
  /** Asks for the next piece of a stream. */
  | { readonly kind: 'more'; readonly id: number }
  /** Everything is answered; only the end is left. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'answered'; readonly event: RequestAnswered }
  | { readonly kind: 'dump-taken'; readonly event: DumpTaken };

/** From the main thread to the worker. */
export type ToWorker =
  /** The main thread runs, and has begun with a call. */
  | { readonly kind: 'taken'; readonly id: number }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: Rendered; readonly isStream: boolean }
  | { readonly kind: 'piece'; readonly id: number; readonly piece: Uint8Array }
  | { readonly kind: 'end'; readonly id: number; readonly isComplete: boolean }
  | { readonly kind: 'close' }
  /** The main thread has let go of everything; the worker may end. */
  | { readonly kind: 'end-worker' };

/** Milliseconds of a clock that all threads share and that never goes back. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
