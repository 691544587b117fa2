// A bucket of the S3 protocol, asked with deadlines and repeated within a budget.
// (1) Whatever goes wrong, unless its caller gave up, is STORAGE_UNAVAILABLE, which is tried again, or STORAGE_REFUSED, which is not.
// (2) Bytes are given on when they are known to be those that were asked for: the last ones wait for the digest of all.
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { ResilienceErrors, type ExecuteOptions, type PipelineOptions, type Task } from '@seaworthy/resilience';
import { ServerErrors } from '../../errors.ts';
import { shownPlace, type BucketPlace } from './address.ts';
import { readList, refusalOf, unavailable, type ListedObject } from './answers.ts';
import { createSender, type BucketBody, type BucketRequest } from './request.ts';

export interface ExpectedObject {
  readonly name: string;
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

export interface Bucket extends Disposable {
  /** Where it is, for messages. */
  readonly address: string;
  /** Resolves when the bucket has all of it. @throws STORAGE_UNAVAILABLE, STORAGE_REFUSED */
  put(name: string, body: BucketBody, signal?: AbortSignal): Promise<void>;
  /** Undefined when there is no such object. @throws STORAGE_UNAVAILABLE, STORAGE_REFUSED, ARCHIVE_MISSING */
  read(object: ExpectedObject): Promise<Buffer | undefined>;
  /** The same as a stream, once it has begun: where it breaks off it goes on from there. */
  stream(object: ExpectedObject): Promise<Readable | undefined>;
  has(name: string): Promise<boolean>;
  /** Does nothing when there is no such object. */
  remove(name: string): Promise<void>;
  /** Everything below the prefix, and the time that the bucket has. */
  list(signal?: AbortSignal): AsyncIterable<{ readonly objects: readonly ListedObject[]; readonly now: Date }>;
  /**
   * An address that anybody may read the object by, for so many seconds.
   * @param caching What the bucket says in `Cache-Control`. @default that it may be kept for ever
   */
  sign(name: string, seconds: number, caching?: string): Promise<string>;
  /** One question, not repeated. @throws STORAGE_UNAVAILABLE, STORAGE_REFUSED */
  ping(signal?: AbortSignal): Promise<void>;
}

/** The part of a resilience pipeline that requests run in. */
export interface BucketPipeline {
  execute<Result>(task: Task<Result>, options?: ExecuteOptions): Promise<Result>;
}

export interface BucketOptions extends BucketPlace {
  /** How long an answer, and each next part of one, may take to begin, in milliseconds. */
  readonly timeoutMs: number;
  /** Makes the pipelines. */
  readonly pipeline: (name: string, options: PipelineOptions) => BucketPipeline;
}

/** What is sent may be this slow, in bytes for each millisecond: 1 MiB a second. */
const slowestBytes = 1_048.576;
/** The longest that all attempts to send one object take. Much less than what nobody names is kept for. */
const longestPutMs = 1_800_000;
const listBytes = 4_194_304;

export function openBucket(options: BucketOptions): Bucket {
  const { prefix, timeoutMs } = options;
  const sender = createSender(options);
  const closing = new AbortController();
  const reads = options.pipeline('archive-reads', pipelineOf(timeoutMs * 3));
  const writes = options.pipeline('archive-writes', pipelineOf(undefined));

  /** One attempt: the beginning of its answer, which is a success or one of `others`. */
  const attempt = async (
    request: Omit<BucketRequest, 'signal'>,
    within: { readonly ms: number; readonly signal: AbortSignal },
    others: readonly number[] = [],
  ): Promise<IncomingMessage> => {
    const signal = AbortSignal.any([within.signal, closing.signal, AbortSignal.timeout(within.ms)]);
    try {
      const answer = await sender.send({ ...request, signal });
      const { statusCode = 0 } = answer;
      if ((statusCode >= 200 && statusCode < 300) || others.includes(statusCode)) return answer;
      throw refusalOf(answer, await textOf(answer, timeoutMs));
    } catch (cause) {
      throw asCoded(cause, within.ms);
    }
  };
  /** The same in a pipeline; nobody reads the answer. */
  const done = (
    through: BucketPipeline,
    request: Omit<BucketRequest, 'signal'>,
    others: readonly number[],
    signal?: AbortSignal,
  ): Promise<number> => {
    const { bytes = 0 } = request.body ?? {};
    const ms = timeoutMs + Math.ceil(bytes / slowestBytes);
    const all = AbortSignal.any([AbortSignal.timeout(Math.min(3 * ms, longestPutMs)), ...(signal ? [signal] : [])]);
    return runThrough(through, all, async ({ signal: each }) => {
      const answer = await attempt(request, { ms, signal: each }, others);
      await textOf(answer, timeoutMs);
      return answer.statusCode as number;
    });
  };
  const open = (name: string, from: number): Promise<IncomingMessage | undefined> =>
    runThrough(reads, closing.signal, async ({ signal }) => {
      const headers = from === 0 ? {} : { range: `bytes=${from}-` };
      const answer = await attempt({ method: 'GET', name, headers }, { ms: timeoutMs, signal }, [404]);
      const { statusCode } = answer;
      if (statusCode === (from === 0 ? 200 : 206)) return answer;
      await textOf(answer, timeoutMs);
      if (statusCode === 404) return undefined;
      throw unavailable(`it answered with ${statusCode} to a request for a part`);
    });
  const bytesOf = (object: ExpectedObject, first: IncomingMessage): AsyncGenerator<Buffer> =>
    checked(object, first, { open, timeoutMs });

  return {
    address: shownPlace(options),
    async put(name, body, signal) {
      const headers = { 'content-type': 'application/octet-stream', 'cache-control': 'max-age=31536000, immutable' };
      await done(writes, { method: 'PUT', name, headers, body }, [], signal);
    },
    async read(object) {
      const first = await open(object.name, 0);
      if (first === undefined) return undefined;
      const parts: Buffer[] = [];
      for await (const part of bytesOf(object, first)) parts.push(part);
      return Buffer.concat(parts);
    },
    async stream(object) {
      const first = await open(object.name, 0);
      return first && Readable.from(bytesOf(object, first), { objectMode: false });
    },
    has: async (name) => (await done(reads, { method: 'HEAD', name }, [404])) !== 404,
    remove: async (name) => void (await done(writes, { method: 'DELETE', name }, [404])),
    async *list(signal = closing.signal) {
      let next: string | undefined;
      do {
        const query = { 'list-type': '2', prefix, ...(next !== undefined && { 'continuation-token': next }) };
        const { page, now } = await runThrough(reads, signal, async ({ signal: each }) => {
          const answer = await attempt({ method: 'GET', query }, { ms: timeoutMs, signal: each });
          const text = await textOf(answer, timeoutMs);
          return { page: readList(text, prefix), now: new Date(answer.headers.date ?? Number.NaN) };
        });
        next = page.next;
        yield { objects: page.objects, now };
      } while (next !== undefined);
    },
    sign: (name, seconds, caching) => sender.sign(name, seconds, caching),
    async ping(signal = closing.signal) {
      const query = { 'list-type': '2', prefix, 'max-keys': '1' };
      const answer = await attempt({ method: 'GET', query }, { ms: timeoutMs, signal });
      readList(await textOf(answer, timeoutMs), prefix);
    },
    [Symbol.dispose]() {
      closing.abort(unavailable('the server stops'));
      sender[Symbol.dispose]();
    },
  };
}

function pipelineOf(totalTimeoutMs: number | undefined): PipelineOptions {
  return {
    ...(totalTimeoutMs !== undefined && { totalTimeoutMs }),
    retry: { max: 3, firstMs: 50, maxMs: 1_000, when: ServerErrors.STORAGE_UNAVAILABLE.is },
    breaker: {
      window: { ms: 10_000 },
      minCalls: 20,
      failureRate: 0.5,
      openMs: 1_000,
      halfOpen: { calls: 1 },
      isFailure: ServerErrors.STORAGE_UNAVAILABLE.is,
    },
  };
}

/** To whoever asked, a bucket that is not asked, or not any more, is one that does not answer; who gives up is told just that. */
async function runThrough<Result>(through: BucketPipeline, signal: AbortSignal, task: Task<Result>): Promise<Result> {
  try {
    return await through.execute(task, { signal });
  } catch (cause) {
    const isGivenUp = signal.aborted && (signal.reason as Error | undefined)?.name === 'AbortError';
    throw isGivenUp ? signal.reason : asCoded(cause);
  }
}

function asCoded(cause: unknown, ms?: number): Error {
  if (ServerErrors.STORAGE_UNAVAILABLE.is(cause) || ServerErrors.STORAGE_REFUSED.is(cause)) return cause;
  if (ServerErrors.ARCHIVE_MISSING.is(cause)) return cause;
  if (ResilienceErrors.BREAKER_OPEN.is(cause)) return unavailable('it has failed again and again', cause);
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'TimeoutError' || ResilienceErrors.TIMED_OUT.is(cause))
    return unavailable(ms === undefined ? 'no answer in time' : `no answer within ${ms} ms`, cause);
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return unavailable(code ?? (cause instanceof Error ? cause.message : String(cause)), cause);
}

interface Reading {
  readonly timeoutMs: number;
  open(name: string, from: number): Promise<IncomingMessage | undefined>;
}

/** How often in a row an answer may break off without one byte more. */
const mostBreaks = 3;

async function* checked(
  { name, bytes, sha256 }: ExpectedObject,
  first: IncomingMessage,
  { open, timeoutMs }: Reading,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let [at, breaks] = [0, 0];
  let last: Buffer | undefined;
  for (let answer = first; ;) {
    try {
      for await (const part of arriving(answer, timeoutMs)) {
        hash.update(part);
        [at, breaks] = [at + part.length, 0];
        if (at > bytes) break;
        if (last !== undefined) yield last;
        last = part;
      }
      if (at >= bytes) break;
      throw unavailable(`the answer ended after ${at} of ${bytes} bytes`);
    } catch (cause) {
      breaks += 1;
      if (breaks > mostBreaks) throw asCoded(cause);
    } finally {
      answer.destroy();
    }
    const more = await open(name, at);
    if (more === undefined) throw missing(sha256, 'it went while it was read');
    answer = more;
  }
  if (at !== bytes || hash.digest('hex') !== sha256) throw missing(sha256, `the object ${name} has other bytes`);
  if (last !== undefined) yield last;
}

/** Only the time counts that somebody waits for more: a reader that is slow is not the bucket's fault. */
async function* arriving(answer: IncomingMessage, timeoutMs: number): AsyncGenerator<Buffer> {
  const parts = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    const timer = setTimeout(() => answer.destroy(unavailable(`nothing came for ${timeoutMs} ms`)), timeoutMs);
    const next = await parts.next().finally(() => clearTimeout(timer));
    if (next.done === true) return;
    yield next.value;
  }
}

/** All of a short answer. */
async function textOf(answer: IncomingMessage, timeoutMs: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of arriving(answer, timeoutMs)) {
      bytes += part.length;
      if (bytes > listBytes) throw unavailable(`its answer has more than ${listBytes} bytes`);
      parts.push(part);
    }
  } catch (cause) {
    throw asCoded(cause);
  } finally {
    if (!answer.complete) answer.destroy();
  }
  return Buffer.concat(parts).toString();
}

function missing(sha256: string, reason: string): Error {
  return new ServerErrors.ARCHIVE_MISSING({ sha256, reason });
}
