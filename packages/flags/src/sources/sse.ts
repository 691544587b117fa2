import { expectOptions, expectTime, expectUrl } from './check.ts';
import { followEvents } from './event-stream.ts';
import { httpOptions, openHttp, type HttpOptions } from './http.ts';
import { poll } from './poll.ts';
import type { FlagSource } from './source.ts';

export interface SseOptions extends HttpOptions {
  /** Where the stream of events is. @default `events` beside the document */
  readonly events?: string | URL;
  /** A stream that is silent for so long, even without a comment, is opened anew; in milliseconds. @default 45000 */
  readonly idleMs?: number;
}

/**
 * Fetches flags from an address, and again with each server-sent event, whatever it says: events announce, and the document is
 * fetched like that of `http`. The stream is opened again when it ends, with `Last-Event-ID`; the flags are also polled every
 * `pollMs` (by default every 30 seconds), so that a server without a working stream costs time and loses no change.
 *
 * @throws INVALID_OPTION
 */
export function sse(url: string | URL, options: SseOptions = {}): FlagSource {
  expectOptions<SseOptions>(options, { ...httpOptions, events: true, idleMs: true });
  const { dialect, events, idleMs = 45_000 } = options;
  const { name, fetched, times, headers, url: address } = openHttp('sse', url, options);
  expectTime('idleMs', idleMs);
  const eventsUrl = events === undefined ? new URL('events', address) : expectUrl('events', events);
  return {
    name,
    ...(dialect && { dialect }),
    load: fetched.load,
    watch(changed) {
      const { maxBackoffMs } = times;
      const stream = followEvents({ url: eventsUrl, headers, idleMs, maxBackoffMs, onEvent: changed });
      const polling = poll(changed, fetched.pace, times);
      return {
        [Symbol.dispose]() {
          stream[Symbol.dispose]();
          polling[Symbol.dispose]();
        },
      };
    },
  };
}
