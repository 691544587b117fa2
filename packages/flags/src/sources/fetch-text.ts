import { isSeaworthyError } from '@seaworthy/errors';
import { FlagErrors } from '../errors.ts';
import { messageOf } from '../json.ts';
import { retryAfterMs } from './backoff.ts';
import { hideSecrets } from './check.ts';
import { Pace } from './poll.ts';

// (1) The answer is read by the piece and given up beyond `maxBytes`, counted after decompression: no more is ever held.
// (2) A redirect to another origin goes without the headers that were given: they may hold a token for the first one. One from
//     https to http is refused.
// (3) The text is kept with its ETag or its date, and asked for again only if there is another.

/** Headers for each request: fixed, or made anew each time, for a token that expires. */
export type RequestHeaders =
  | Readonly<Record<string, string>>
  | (() => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>);

export interface FetchTextOptions {
  readonly source: string;
  readonly url: URL;
  readonly headers: RequestHeaders;
  readonly maxBytes: number;
  /** Sent by POST instead of a GET. */
  readonly body?: string;
}

export interface FetchText {
  readonly pace: Pace;
  /** @throws SOURCE_FAILED */
  load(signal: AbortSignal): Promise<string>;
}

interface Held {
  readonly text: string;
  readonly tags: Readonly<Record<string, string>>;
}

const mostRedirects = 5;

/** Fetches a text, and only if it changed since the last time. */
export function fetchText(options: FetchTextOptions): FetchText {
  const pace = new Pace();
  let held: Held | undefined;
  let askedToWaitMs: number | undefined;

  const load = async (signal: AbortSignal): Promise<string> => {
    const response = await request(options, held?.tags ?? {}, signal);
    askedToWaitMs = retryAfterMs(response.headers.get('retry-after'));
    if (response.status === 304 && held) {
      await response.body?.cancel();
      return held.text;
    }
    if (response.status !== 200) {
      await response.body?.cancel();
      throw failed(options, `it answered with status ${response.status}`);
    }
    const text = await readText(response, options);
    held = { text, tags: tagsOf(response.headers) };
    return text;
  };

  return {
    pace,
    async load(signal) {
      askedToWaitMs = undefined;
      pace.isBusy = true;
      try {
        const text = await load(signal);
        pace.succeed();
        return text;
      } catch (cause) {
        pace.fail(askedToWaitMs);
        if (isSeaworthyError(cause)) throw cause;
        throw failed(options, detailOf(cause), cause);
      }
    },
  };
}

async function request(
  { source, url, headers, body }: FetchTextOptions,
  tags: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  const given = typeof headers === 'function' ? await headers() : headers;
  let target = url;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const response = await fetch(target, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...tags,
        ...(target.origin === url.origin && given),
      },
      ...(body !== undefined && { body }),
      redirect: 'manual',
      signal,
    });
    const location = response.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return response;
    await response.body?.cancel();
    const next = URL.parse(location, target.href);
    if (
      next === null ||
      !/^https?:$/.test(next.protocol) ||
      (target.protocol === 'https:' && next.protocol === 'http:')
    ) {
      throw failed({ source }, `it redirects to ${hideSecrets(location)}, which is not followed`);
    }
    target = next;
  }
  throw failed({ source }, `it redirects more than ${mostRedirects} times`);
}

async function readText(response: Response, options: FetchTextOptions): Promise<string> {
  const { maxBytes } = options;
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early cancels the body, and with it the connection.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw failed(options, `its answer is longer than ${maxBytes} bytes (\`maxBytes\`)`);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw failed(options, 'its answer is not UTF-8', cause);
  }
}

function tagsOf(headers: Headers): Readonly<Record<string, string>> {
  const etag = headers.get('etag');
  if (etag !== null) return { 'if-none-match': etag };
  const date = headers.get('last-modified');
  return date === null ? {} : { 'if-modified-since': date };
}

function failed({ source }: Pick<FetchTextOptions, 'source'>, detail: string, cause?: unknown): Error {
  return new FlagErrors.SOURCE_FAILED({ source, detail }, cause === undefined ? {} : { cause });
}

/** Node's own message says only "fetch failed". */
function detailOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? messageOf(cause) || String((cause as NodeJS.ErrnoException).code) : messageOf(error);
}
