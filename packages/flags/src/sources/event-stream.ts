import { backoffMs, longestAskedMs, pause, retryAfterMs } from './backoff.ts';
import { eventParser } from './event-parser.ts';
import type { RequestHeaders } from './fetch-text.ts';

// (1) After each connection it looks: what changed while there was none was not told.
// (2) A stream that says nothing for `idleMs`, not even a comment, is dead: a connection can be lost without a word.
// (3) Each failure makes the next attempt later; an event makes it count from the start again.
// (4) 204 ends it, as the standard says: the server wants no more connections.

export interface EventStreamOptions {
  readonly url: URL;
  readonly headers: RequestHeaders;
  readonly idleMs: number;
  readonly maxBackoffMs: number;
  /** Called at each event, and after each connection. */
  readonly onEvent: () => void;
}

const firstBackoffMs = 250;
const connectMs = 10_000;

/** Follows a stream of server-sent events until it is disposed. */
export function followEvents(options: EventStreamOptions): Disposable {
  const end = new AbortController();
  void follow(options, end.signal);
  return { [Symbol.dispose]: () => end.abort() };
}

interface Progress {
  lastEventId: string;
  failures: number;
  /** What the stream asked for by `retry`, or the answer by `Retry-After`. */
  waitMs: number | undefined;
  isOver: boolean;
}

async function follow(options: EventStreamOptions, signal: AbortSignal): Promise<void> {
  const progress: Progress = { lastEventId: '', failures: 0, waitMs: undefined, isOver: false };
  while (!signal.aborted && !progress.isOver) {
    // Whatever goes wrong with a stream has one remedy: to connect again. Polling goes on meanwhile and tells of a server away.
    await connect(options, progress, signal).catch(() => {});
    progress.failures += 1;
    const ownMs = backoffMs(progress.failures, firstBackoffMs, options.maxBackoffMs);
    await pause(Math.max(ownMs, progress.waitMs ?? 0), signal);
  }
}

async function connect(options: EventStreamOptions, progress: Progress, signal: AbortSignal): Promise<void> {
  const { url, headers, idleMs, onEvent } = options;
  const silent = new AbortController();
  let timer = setTimeout(() => silent.abort(), connectMs).unref();
  try {
    const response = await fetch(url, {
      headers: {
        accept: 'text/event-stream',
        'cache-control': 'no-cache',
        ...(progress.lastEventId !== '' && { 'last-event-id': encodeId(progress.lastEventId) }),
        ...(typeof headers === 'function' ? await headers() : headers),
      },
      // Headers that were given may hold a token for this origin alone.
      redirect: 'error',
      signal: AbortSignal.any([signal, silent.signal]),
    });
    progress.isOver = response.status === 204;
    progress.waitMs = retryAfterMs(response.headers.get('retry-after'));
    const isStream = /^text\/event-stream\s*(;|$)/i.test(response.headers.get('content-type') ?? '');
    if (response.status !== 200 || !isStream || response.body === null) return await response.body?.cancel();
    const parser = eventParser(progress.lastEventId);
    clearTimeout(timer);
    timer = setTimeout(() => silent.abort(), idleMs).unref();
    onEvent();
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), idleMs).unref();
      const events = parser.push(chunk);
      progress.lastEventId = parser.lastEventId;
      progress.waitMs = parser.retryMs === undefined ? undefined : Math.min(parser.retryMs, longestAskedMs);
      if (events.length === 0) continue;
      progress.failures = 0;
      onEvent();
    }
  } finally {
    clearTimeout(timer);
  }
  return undefined;
}

/** A header carries bytes; the id is UTF-8. */
function encodeId(id: string): string {
  return Buffer.from(id, 'utf8').toString('latin1');
}
