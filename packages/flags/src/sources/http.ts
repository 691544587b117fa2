import type { FlagDialect } from '../dialects/dialect.ts';
import { expect, expectOptions, expectTime, expectUrl, hideSecrets, type OptionNames } from './check.ts';
import { fetchText, type FetchText, type RequestHeaders } from './fetch-text.ts';
import { poll } from './poll.ts';
import type { FlagSource } from './source.ts';

export interface HttpOptions {
  /** Between two requests, in milliseconds, a tenth more or less at random. @default 30000 */
  readonly pollMs?: number;
  /** The longest wait after failures, in milliseconds; it begins at half a second and doubles. @default 60000 */
  readonly maxBackoffMs?: number;
  /** The longest document, in bytes, after decompression. @default 16777216 */
  readonly maxBytes?: number;
  /** Sent with each request, but not to another origin that it is redirected to; a function makes them anew each time. */
  readonly headers?: RequestHeaders;
  /** The format of the document. @default flagd's */
  readonly dialect?: FlagDialect;
}

export const httpOptions: OptionNames<HttpOptions> = {
  pollMs: true,
  maxBackoffMs: true,
  maxBytes: true,
  headers: true,
  dialect: true,
};

/**
 * Fetches flags from an address, and again every `pollMs`: only if they changed (`ETag`, `Last-Modified`), and later if the server
 * fails or asks for it (`Retry-After`). `loadTimeoutMs` of `createFlags` is the deadline of each request.
 *
 * @throws INVALID_OPTION
 */
export function http(url: string | URL, options: HttpOptions = {}): FlagSource {
  expectOptions(options, httpOptions);
  const { dialect } = options;
  const { name, fetched, times } = openHttp('http', url, options);
  return {
    name,
    ...(dialect && { dialect }),
    load: fetched.load,
    watch: (changed) => poll(changed, fetched.pace, times),
  };
}

/** A name and a password in the address go into a header: `fetch` refuses them where they are. */
function withoutCredentials(address: URL, given: RequestHeaders = {}): Pick<OpenedHttp, 'url' | 'headers'> {
  const { username, password } = address;
  if (username === '' && password === '') return { url: address, headers: given };
  const url = new URL(address);
  url.username = '';
  url.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
  const headers = async () => ({ authorization, ...(typeof given === 'function' ? await given() : given) });
  return { url, headers };
}

export interface OpenedHttp {
  readonly name: string;
  readonly url: URL;
  readonly headers: RequestHeaders;
  readonly fetched: FetchText;
  readonly times: { readonly pollMs: number; readonly maxBackoffMs: number };
}

/** What all sources over HTTP have in common. @throws INVALID_OPTION */
export function openHttp(kind: string, address: string | URL, options: HttpOptions, body?: string): OpenedHttp {
  const { pollMs = 30_000, maxBackoffMs = 60_000, maxBytes = 2 ** 24 } = options;
  const { url, headers } = withoutCredentials(expectUrl('url', address), options.headers);
  expectTime('pollMs', pollMs);
  expectTime('maxBackoffMs', maxBackoffMs);
  expect('maxBytes', 'a whole number from 1', maxBytes, Number.isInteger(maxBytes) && maxBytes >= 1);
  const name = `${kind} ${hideSecrets(url.href)}`;
  const fetched = fetchText({ source: name, url, headers, maxBytes, ...(body !== undefined && { body }) });
  return { name, url, headers, fetched, times: { pollMs, maxBackoffMs } };
}
