// Built by itself: few programs post their reports, and the index is to load fast.
import { ErrorsErrors } from './errors.ts';
import { read } from './meta.ts';
import { nodeTimers } from './node-modules.ts';
import { normalize } from './normalize.ts';
import { quoted } from './plain.ts';
import { expectNumber, expectOption } from './report/options.ts';
import type { Report, ReportSink } from './report/types.ts';

export interface WebhookOptions {
  /** http or https. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes the body. @default the report as JSON */
  readonly body?: (report: Report) => unknown;
  /** For each attempt. @default 5000 */
  readonly timeoutMs?: number;
  /** How often a report is tried in all. @default 4 */
  readonly attempts?: number;
  /** Wait before the second attempt; doubles from one to the next, with jitter. @default 500 */
  readonly firstDelayMs?: number;
  /** Longest wait, also when the receiver asks for a longer one by `Retry-After`. @default 30000 */
  readonly maxDelayMs?: number;
}

type Settings = Required<Omit<WebhookOptions, 'url' | 'headers'>> & { readonly url: URL; readonly headers: Headers };

/**
 * Posts each report as JSON to a URL. Network failures, 408, 425, 429 and 5xx are tried again.
 *
 * @throws `seaworthy.errors.BAD_OPTION` when it is created with a URL or number that cannot work.
 */
export function webhookSink(options: WebhookOptions): ReportSink {
  const settings = settingsOf(options);
  const name = `webhook ${settings.url.host}`;
  return {
    name,
    async send(report, signal) {
      const body = JSON.stringify(settings.body(report));
      for (let attempt = 1; ; attempt += 1) {
        const outcome = await post(settings, body, signal);
        if (outcome.ok) return;
        const isOver = !outcome.mayRetry || attempt >= settings.attempts;
        if (isOver || !(await passed(delayMs(settings, attempt, outcome.retryAfterMs), signal))) {
          throw undelivered(report, name, outcome);
        }
      }
    },
  };
}

/** Whether the wait came to its end: a closed reporter waits for nothing. */
async function passed(waitMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await nodeTimers().setTimeout(waitMs, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

function settingsOf(options: WebhookOptions): Settings {
  const url = URL.canParse(options.url) ? new URL(options.url) : undefined;
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  // An address may hold a token: only its beginning is told.
  expectOption(
    isHttp,
    'url',
    'an http or https URL',
    url === undefined ? 'no URL' : `one that starts with ${url.protocol}`,
  );
  const isBare = url?.username === '' && url.password === '';
  expectOption(isBare, 'url', 'without user and password, which belong into `headers`', 'one that has them');
  expectNumber('timeoutMs', options.timeoutMs, 1);
  expectNumber('attempts', options.attempts, 1);
  expectNumber('firstDelayMs', options.firstDelayMs, 0);
  expectNumber('maxDelayMs', options.maxDelayMs, 0);
  const { timeoutMs = 5_000, attempts = 4, firstDelayMs = 500, maxDelayMs = 30_000, body = whole } = options;
  expectOption(typeof body === 'function', 'body', 'a function of the report', body);
  const headers = headersOf(options);
  if (!headers.has('content-type')) headers.set('content-type', 'application/json');
  return { url: new URL(options.url), headers, timeoutMs, attempts, firstDelayMs, maxDelayMs, body };
}

/** A header may hold a token: its name is told, its value is not. */
function headersOf({ headers = {} }: WebhookOptions): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    try {
      result.set(name, value);
    } catch {
      expectOption(false, 'headers', 'names and values of HTTP', `something else at ${quoted(name)}`);
    }
  }
  return result;
}

function whole(report: Report): unknown {
  return report;
}

interface Failure {
  readonly ok: false;
  readonly mayRetry: boolean;
  readonly reason: string;
  readonly cause?: unknown;
  readonly retryAfterMs?: number;
}

type Outcome = { readonly ok: true } | Failure;

function undelivered({ problem }: Report, sink: string, { reason, cause }: Failure): Error {
  const params = { code: problem.code, sink, reason };
  return new ErrorsErrors.DELIVERY_FAILED(params, cause === undefined ? undefined : { cause });
}

async function post(settings: Settings, body: string, signal: AbortSignal): Promise<Outcome> {
  const { url, headers, timeoutMs } = settings;
  const stop = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(timeoutMs))]);
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal: stop, redirect: 'manual' });
    await response.body?.cancel();
    return response.ok ? { ok: true } : refused(response);
  } catch (error) {
    return { ok: false, mayRetry: true, reason: reasonOf(error), cause: error };
  }
}

/** What `fetch` says is that it failed; the operating system's word is in the cause. */
function reasonOf(error: unknown): string {
  const inner = read(read(error, 'cause'), 'message');
  return typeof inner === 'string' && inner !== '' ? inner : normalize(error).message;
}

function refused(response: Response): Outcome {
  const mayRetry = response.status >= 500 || [408, 425, 429].includes(response.status);
  const retryAfterMs = retryAfter(response.headers.get('retry-after'));
  return { ok: false, mayRetry, reason: `it answered ${response.status}`, ...retryAfterMs };
}

/** Seconds or a date, by RFC 9110. */
function retryAfter(header: string | null): { readonly retryAfterMs?: number } {
  if (header === null) return {};
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(waitMs) && waitMs > 0 ? { retryAfterMs: waitMs } : {};
}

/** Full jitter on the upper half: clients that failed together do not come back together. */
function delayMs(settings: Settings, attempt: number, retryAfterMs: number | undefined): number {
  const grown = settings.firstDelayMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
  return Math.min(retryAfterMs ?? grown, settings.maxDelayMs);
}
