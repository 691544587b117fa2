import type { Pipeline, PipelineOptions } from '@seaworthy/resilience';
import { CliErrors } from '../errors.ts';
import { property } from '../project/record.ts';
import { plural, printable } from '../reporters/text.ts';
import { connectionProblem, parseAnswer, problemText } from './answer.ts';

/** How a push tries: the server may be starting, or a deployment may be under way. */
export const pushPipeline: PipelineOptions = {
  totalTimeoutMs: 60_000,
  attemptTimeoutMs: 15_000,
  retry: { max: 4, firstMs: 250, maxMs: 5_000, retryAfter: true, maxRetryAfterMs: 30_000, budget: false },
};

export interface PushOptions {
  /** The address of the server, without the path of the API. */
  readonly url: string;
  readonly token?: string;
  /** The version of the command line. */
  readonly version: string;
  /** Made with `pushPipeline`. */
  readonly pipeline: Pick<Pipeline, 'execute'>;
  readonly signal?: AbortSignal;
}

/** Where the server keeps a report. */
export interface PushedReport {
  readonly id: string;
  /** Absolute. */
  readonly url: string;
}

/**
 * Sends the bytes of a report as they are.
 *
 * @throws PUSH_REFUSED, PUSH_BROKEN, PUSH_UNAVAILABLE, PUSH_FAILED, PUSH_ANSWER_INVALID; the signal's reason
 */
export async function pushReport(bytes: Uint8Array<ArrayBuffer>, options: PushOptions): Promise<PushedReport> {
  const { url, pipeline, signal } = options;
  const endpoint = new URL('api/v1/reports', url.endsWith('/') ? url : `${url}/`);
  return pipeline.execute((call) => send(endpoint, bytes, options, call), signal && { signal });
}

async function send(
  endpoint: URL,
  bytes: Uint8Array<ArrayBuffer>,
  { token, version }: PushOptions,
  { signal, attempt }: { readonly signal: AbortSignal; readonly attempt: number },
): Promise<PushedReport> {
  const url = endpoint.href;
  const headers = {
    'content-type': 'application/json',
    'user-agent': `seaworthy/${version}`,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(endpoint, { method: 'POST', headers, body: bytes, redirect: 'manual', signal });
    body = parseAnswer(await response.text());
  } catch (error) {
    signal.throwIfAborted();
    throw new CliErrors.PUSH_FAILED({ url, reason: connectionProblem(error) }, { cause: error });
  }
  // 200: the server has had these very bytes as its newest report of the project.
  if (response.status === 200 || response.status === 201) return readAnswer(body, endpoint, response.status);
  throw refusal(url, response, body, attempt);
}

/** The error of the last attempt is the one that comes out: its number is how many there were. */
function refusal(url: string, { status, headers }: Response, body: unknown, attempt: number): Error {
  if (status === 503) {
    const retryAfter = headers.get('retry-after');
    const attempts = plural(attempt, 'attempt');
    return new CliErrors.PUSH_UNAVAILABLE({ url, status, attempts, ...(retryAfter !== null && { retryAfter }) });
  }
  const detail = problemText(body) ?? 'it gave no reason.';
  return status >= 500
    ? new CliErrors.PUSH_BROKEN({ url, status, detail })
    : new CliErrors.PUSH_REFUSED({ url, status, detail });
}

function readAnswer(body: unknown, endpoint: URL, status: number): PushedReport {
  const id = property(body, 'id');
  const url = property(body, 'url');
  const isRight = typeof id === 'string' && typeof url === 'string' && URL.canParse(url, endpoint.href);
  if (!isRight) throw new CliErrors.PUSH_ANSWER_INVALID({ url: endpoint.href, status });
  return { id: printable(id), url: new URL(url, endpoint).href };
}
