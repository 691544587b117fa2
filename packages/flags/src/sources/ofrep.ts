import { ofrepDialect } from '../dialects/ofrep.ts';
import type { EvaluationContext } from '../evaluation.ts';
import { isRecord } from '../json.ts';
import { expect, expectOptions, expectTime, expectUrl, hideSecrets } from './check.ts';
import { followEvents } from './event-stream.ts';
import { openHttp, type HttpOptions } from './http.ts';
import { poll } from './poll.ts';
import type { FlagSource } from './source.ts';

export interface OfrepSourceOptions extends Omit<HttpOptions, 'dialect'> {
  /** Whom the flags are evaluated about, by the server. @default {} */
  readonly context?: EvaluationContext;
  /** A stream that is silent for so long, even without a comment, is opened anew; in milliseconds. @default 45000 */
  readonly idleMs?: number;
}

/**
 * Takes flags from a server of the OpenFeature Remote Evaluation Protocol, such as `https://flags.example.com`, evaluated there
 * about one context for all calls: a machine, a tenant, an environment. The rules stay with the server, so the context that a call
 * gives changes nothing. Fetched again every `pollMs` if the `ETag` changed, and at each event where the server offers a stream.
 *
 * @throws INVALID_OPTION
 */
export function ofrep(baseUrl: string | URL, options: OfrepSourceOptions = {}): FlagSource {
  expectOptions<OfrepSourceOptions>(options, {
    pollMs: true,
    maxBackoffMs: true,
    maxBytes: true,
    headers: true,
    context: true,
    idleMs: true,
  });
  const { context = {}, idleMs = 45_000 } = options;
  expect('context', 'an object', context, isRecord(context));
  expectTime('idleMs', idleMs);
  const base = expectUrl('baseUrl', baseUrl);
  const all = new URL(`${base.pathname.replace(/\/$/, '')}/ofrep/v1/evaluate/flags`, base);
  const { fetched, times, headers } = openHttp('ofrep', all, options, JSON.stringify({ context }));
  let streamUrl: URL | undefined;
  return {
    name: `ofrep ${hideSecrets(base.href)}`,
    dialect: ofrepDialect,
    async load(signal) {
      const text = await fetched.load(signal);
      streamUrl = streamUrlIn(text, all);
      return text;
    },
    watch(changed) {
      let stream: Disposable | undefined;
      let followed: string | undefined;
      const follow = (): void => {
        if (streamUrl === undefined || streamUrl.href === followed) return;
        followed = streamUrl.href;
        stream?.[Symbol.dispose]();
        const { maxBackoffMs } = times;
        // A token for the server of the flags is none of another server's business.
        const sent = streamUrl.origin === all.origin ? headers : {};
        stream = followEvents({ url: streamUrl, headers: sent, idleMs, maxBackoffMs, onEvent: changed });
      };
      // The answer names the stream, so it is looked at when the request is over and its text was read.
      const undo = fetched.pace.onSettled(() => setImmediate(follow).unref());
      const polling = poll(changed, fetched.pace, times);
      let isOver = false;
      return {
        [Symbol.dispose]() {
          if (isOver) return;
          isOver = true;
          undo();
          polling[Symbol.dispose]();
          stream?.[Symbol.dispose]();
        },
      };
    },
  };
}

/** Where the answer says that changes are told. */
function streamUrlIn(text: string, base: URL): URL | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  const streams: unknown = isRecord(answer) ? answer['eventStreams'] : undefined;
  if (!Array.isArray(streams)) return undefined;
  const [stream]: readonly unknown[] = streams.filter((each: unknown) => isRecord(each) && each['type'] === 'sse');
  if (!isRecord(stream)) return undefined;
  const { url, endpoint } = stream;
  const { origin = base.origin, requestUri } = isRecord(endpoint) ? endpoint : {};
  const found =
    typeof url === 'string'
      ? URL.parse(url, base.href)
      : typeof requestUri === 'string'
        ? URL.parse(requestUri, String(origin))
        : null;
  return found !== null && /^https?:$/.test(found.protocol) ? found : undefined;
}
