import { isSeaworthyError } from '@seaworthy/errors';
import { FlagErrors } from '../errors.ts';
import { messageOf } from '../json.ts';
import { backoffMs, pause } from './backoff.ts';
import { Pace, poll } from './poll.ts';
import type { FlagSource, LoadedFlags } from './source.ts';

// (1) Only the number of the new version is announced; whoever hears it fetches the document, so an announcement stays small and
//     one that is lost, repeated or late does no harm.
// (2) After each subscription, the first and those after a connection was lost, it looks: what was published meanwhile was not heard.
// (3) It looks every `pollMs` anyway. If that finds a version which was not announced, the subscription is deaf, and is made anew.
// (4) A copy that is behind what was announced is asked again; a document that is older than that in use is refused by the store.

export interface Published extends LoadedFlags {
  readonly sourceVersion: number;
}

export interface Subscription {
  /** Resolves when no more is heard. */
  readonly ended: Promise<void>;
  close(): void;
}

/** A place where flags are published under rising numbers, and each new number is announced. */
export interface Board {
  readonly name: string;
  /** The newest document; `'same'` if its number is the given one, undefined if there is none. */
  read(known: number | undefined, signal: AbortSignal): Promise<Published | 'same' | undefined>;
  /** Resolves once every announcement from now on is heard. */
  subscribe(heard: (version: number) => void, signal: AbortSignal): Promise<Subscription>;
  /** Closes what was opened here; a client that was given stays open. */
  close(): Promise<void>;
}

export interface AnnouncedTimes {
  readonly pollMs: number;
  readonly maxBackoffMs: number;
  /** How long a subscription may take to be made. */
  readonly connectTimeoutMs: number;
}

/** The options that all sources with announcements have. */
export const announcedOptions = { pollMs: true, maxBackoffMs: true, connectTimeoutMs: true, dialect: true } as const;

const firstBackoffMs = 100;
const behindMs = 50;
const deafMs = 1_000;

export function announced(board: Board, times: AnnouncedTimes): Required<Omit<FlagSource, 'dialect'>> {
  const pace = new Pace();
  const state = { heard: 0, unheard: undefined as ((version: number) => void) | undefined };
  const listening = new Set<AbortController>();
  let held: Published | undefined;

  const fetch = async (signal: AbortSignal): Promise<LoadedFlags> => {
    for (;;) {
      const found = await untilAborted(board.read(held?.sourceVersion, signal), signal);
      if (found === undefined) throw new FlagErrors.NOT_PUBLISHED({ source: board.name });
      if (found !== 'same') {
        held = found;
        if (found.sourceVersion > state.heard) state.unheard?.(found.sourceVersion);
      }
      if (held === undefined || held.sourceVersion >= state.heard) break;
      await pause(behindMs, signal);
      signal.throwIfAborted();
    }
    return held ?? { text: '' };
  };

  return {
    name: board.name,
    async load(signal) {
      pace.isBusy = true;
      try {
        const loaded = await fetch(signal);
        pace.succeed();
        return loaded;
      } catch (cause) {
        pace.fail(undefined);
        // What was announced may be lost with the server that announced it.
        state.heard = 0;
        if (isSeaworthyError(cause)) throw cause;
        throw new FlagErrors.SOURCE_FAILED({ source: board.name, detail: messageOf(cause) }, { cause });
      }
    },
    watch(changed) {
      const end = new AbortController();
      listening.add(end);
      void listen(board, times, { state, changed, signal: end.signal });
      const polling = poll(changed, pace, times);
      return {
        [Symbol.dispose]() {
          polling[Symbol.dispose]();
          end.abort();
          listening.delete(end);
        },
      };
    },
    close() {
      // A pool ends only when it has all its connections back.
      for (const end of listening) end.abort();
      return board.close();
    },
  };
}

interface Listening {
  readonly state: { heard: number; unheard: ((version: number) => void) | undefined };
  readonly changed: () => void;
  readonly signal: AbortSignal;
}

/** Keeps a subscription open until the signal aborts. */
async function listen(board: Board, times: AnnouncedTimes, { state, changed, signal }: Listening): Promise<void> {
  const hear = (version: number): void => {
    if (!(version > state.heard)) return;
    state.heard = version;
    changed();
  };
  let failures = 0;
  while (!signal.aborted) {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(times.connectTimeoutMs)]);
    let subscription: Subscription | undefined;
    try {
      subscription = await untilAborted(board.subscribe(hear, deadline), deadline);
      failures = 0;
      changed();
      await heardUntilDeaf(subscription, state, signal);
    } catch {
      // Polling tells of a server that is away; here there is nothing to do but to come back.
    } finally {
      state.unheard = undefined;
      subscription?.close();
    }
    failures += 1;
    await pause(backoffMs(failures, firstBackoffMs, times.maxBackoffMs), signal);
  }
}

/** Resolves when the subscription ends, when it missed an announcement, and when the signal aborts. */
async function heardUntilDeaf(
  subscription: Subscription,
  state: Listening['state'],
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const endIfDeaf = async (version: number): Promise<void> => {
    if ((await pause(deafMs, either)) && state.heard < version) over.abort();
  };
  const watchLater = async (): Promise<void> => {
    // The look after the subscription itself may find what was published before it.
    if (await pause(deafMs, either)) state.unheard = (version) => void endIfDeaf(version);
  };
  void watchLater();
  void subscription.ended.finally(() => over.abort());
  await aborted(either);
  over.abort();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
}

/** What a client promises while its server is away may take for ever; the caller waits no longer than the signal. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => {};
  const over = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    signal.removeEventListener('abort', stop);
    work.catch(() => {});
  }
}
