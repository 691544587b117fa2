// (1) Nothing waits longer than `timeoutMs`, whatever the other side does.
// (2) A connection never keeps the process alive by itself: who wants to wait for it waits with a timer.
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Socket } from 'node:net';

export interface PostOptions {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether a refused connection is worth another try. @default true */
  readonly isPatient?: (() => boolean) | undefined;
}

export type PostResult =
  { readonly outcome: 'ok'; readonly body: Uint8Array } | { readonly outcome: 'failed'; readonly reason: string };

type Attempt =
  PostResult | { readonly outcome: 'again'; readonly reason: string; readonly afterMs: number | undefined };

/** Sends a body, and again after answers that ask for it (429, 502, 503, 504) or a lost connection, until the time is up. */
export async function post(body: Uint8Array, options: PostOptions): Promise<PostResult> {
  const { timeoutMs, signal, isPatient = () => true } = options;
  const deadline = performance.now() + timeoutMs;
  for (let attempt = 0; ; attempt += 1) {
    const remaining = deadline - performance.now();
    const result = await attemptPost(body, options, remaining);
    if (result.outcome !== 'again') return result;
    const { reason, afterMs = Math.min(5_000, 250 * 2 ** attempt) } = result;
    const hasTime = afterMs < deadline - performance.now();
    if (!hasTime || signal?.aborted === true || !isPatient()) return { outcome: 'failed', reason };
    await pause(afterMs, signal);
  }
}

async function attemptPost(body: Uint8Array, options: PostOptions, timeoutMs: number): Promise<Attempt> {
  const { url, headers } = options;
  const signals = [AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)))];
  if (options.signal !== undefined) signals.push(options.signal);
  const signal = AbortSignal.any(signals);
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return new Promise((resolve) => {
    const fail = (error: unknown): void => resolve(failure(error, url, signal.aborted));
    const length = { 'content-length': String(body.byteLength) };
    const settings: RequestOptions = { method: 'POST', headers: { ...headers, ...length }, signal };
    const sent: ClientRequest = request(url, settings, (response) => {
      read(response).then((answer) => resolve(judge(response, answer)), fail);
    });
    sent.on('socket', (socket: Socket) => socket.unref());
    sent.on('error', fail);
    sent.end(body);
  });
}

const largestAnswer = 1_048_576;

async function read(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size <= largestAnswer) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const askAgain: ReadonlySet<number> = new Set([429, 502, 503, 504]);

function judge({ statusCode = 0, headers }: IncomingMessage, body: Uint8Array): Attempt {
  if (statusCode >= 200 && statusCode < 300) return { outcome: 'ok', body };
  const reason = `HTTP ${statusCode}`;
  if (!askAgain.has(statusCode)) return { outcome: 'failed', reason };
  const seconds = Number(headers['retry-after']);
  return { outcome: 'again', reason, afterMs: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined };
}

function failure(error: unknown, url: URL, isAborted: boolean): Attempt {
  if (isAborted) return { outcome: 'failed', reason: `${url.host} did not answer in time` };
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return {
    outcome: 'again',
    reason: `${url.host}: ${typeof code === 'string' ? code : String(error)}`,
    afterMs: undefined,
  };
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    timer.unref();
    signal?.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}
