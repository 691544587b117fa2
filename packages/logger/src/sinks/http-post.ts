// (1) A redirect is not followed: `fetch` would turn the POST into a GET without its lines, and would send headers that hold
//     a token to another host.
// (2) What is told of a failure holds neither the path of an address nor a header: both may be secret.
import { LoggerErrors } from '../errors.ts';
import { expectObject } from '../expect-option.ts';

/** Where lines are POSTed, and how. */
export interface Target {
  readonly url: URL;
  readonly headers: Headers;
  readonly timeoutMs: number;
}

/** How a request ended: well, or with a problem, which may pass. */
export interface Posted {
  readonly problem?: string;
  readonly isPassing?: boolean;
  /** The lines are too many for the collector. */
  readonly isTooLarge?: boolean;
  readonly retryAfterMs?: number;
}

const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429]);

/** POSTs lines; never throws. */
export async function postLines(target: Target, body: string, stop: AbortSignal): Promise<Posted> {
  const { url, headers, timeoutMs } = target;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(Math.ceil(timeoutMs))]);
  try {
    const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' });
    await response.body?.cancel();
    return response.ok ? {} : refusal(response, url);
  } catch (error) {
    return { problem: reasonOf(error), isPassing: true };
  }
}

function refusal({ status, headers }: Response, url: URL): Posted {
  const place = headers.get('location');
  if (status >= 300 && status < 400 && place !== null) {
    const origin = URL.parse(place, url.href)?.origin ?? 'somewhere else';
    return {
      problem: `the collector redirects (${status}) to ${origin}, which is not followed: give \`url\` as it is`,
    };
  }
  const retryAfterMs = Number(headers.get('retry-after')) * 1000;
  const isPassing = status >= 500 || passingStatuses.has(status);
  return { problem: `the collector answered ${status}`, isPassing, isTooLarge: status === 413, retryAfterMs };
}

/** `fetch` says only that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const { code, message } =
    cause instanceof Error ? (cause as NodeJS.ErrnoException) : (error as NodeJS.ErrnoException);
  // The code of an abort is a number, and of no use; OpenSSL ends its lines.
  const isTold = typeof code !== 'string' || message.includes(code);
  return isTold ? message.trimEnd() : `${code}: ${message.trimEnd()}`;
}

/** @throws INVALID_OPTION */
export function readUrl(option: string | URL): URL {
  const url = URL.parse(String(option));
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  // An address may hold a token: only its beginning is told.
  if (url === null || !isHttp)
    throw invalid('url', 'an http or https URL', url === null ? 'no URL' : `${url.protocol}…`);
  if (url.username === '' && url.password === '') return url;
  throw invalid('url', 'an address without user and password, which belong into `headers`', 'one that has them');
}

/** @throws INVALID_OPTION, which names the header and not its value */
export function readHeaders(options: Readonly<Record<string, string>>): Headers {
  expectObject('headers', options);
  const headers = new Headers({ 'content-type': 'application/x-ndjson' });
  for (const [name, value] of Object.entries(options)) {
    try {
      headers.set(name, value);
    } catch {
      throw invalid('headers', 'names and values of HTTP', `something else at ${JSON.stringify(name)}`);
    }
  }
  return headers;
}

/** @throws INVALID_OPTION */
export function readNumber(
  option: string,
  value: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw invalid(option, `a number from ${least} to ${most}`, typeof value === 'number' ? String(value) : typeof value);
}

function invalid(option: string, expected: string, received: string): Error {
  return new LoggerErrors.INVALID_OPTION({ option, expected, received });
}
