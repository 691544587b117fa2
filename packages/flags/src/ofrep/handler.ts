import { createHash, randomUUID } from 'node:crypto';
import type { Evaluation, EvaluationContext } from '../evaluation.ts';
import type { FlagsChanged } from '../events.ts';
import { expect, expectOptions } from '../sources/check.ts';
import { flagAnswer, json, refusal, statusOf } from './answers.ts';
import { readContext } from './body.ts';
import { eventStream } from './stream.ts';

export interface OfrepOptions {
  /** Where the protocol's paths begin. @default '/ofrep/v1' */
  readonly basePath?: string;
  /** The largest body, in bytes. @default 1048576 */
  readonly maxBodyBytes?: number;
  /** How often a silent event stream sends a comment, in milliseconds. @default 15000 */
  readonly heartbeatMs?: number;
  /** How many event streams may be open; one more is answered with 503. `0` offers none. @default 10000 */
  readonly maxStreams?: number;
}

/** Answers requests of the OpenFeature Remote Evaluation Protocol. */
export type OfrepHandler = (request: Request) => Promise<Response>;

/** What the handler needs of flags. */
export interface ServedFlags {
  evaluate(key: string, context: EvaluationContext): Evaluation;
  evaluateAll(context: EvaluationContext): Readonly<Record<string, Evaluation>>;
  onChange(listener: (change: FlagsChanged) => void): () => void;
  readonly closed: AbortSignal;
  /** Counts the sets of flags that have been in use; the first is 1. */
  version(): number;
  /** When the flags in use came. */
  loadedAt(): Date;
}

/** How long a client may take from asking for the flags to opening its stream. */
const freshMs = 10_000;

/**
 * A handler for https://github.com/open-feature/protocol: one flag, all flags with an ETag, and a stream of changes.
 *
 * Who may ask is for the server around it to say.
 *
 * @throws INVALID_OPTION
 */
export function ofrepHandler(flags: ServedFlags, options: OfrepOptions = {}): OfrepHandler {
  expectOptions<OfrepOptions>(options, { basePath: true, maxBodyBytes: true, heartbeatMs: true, maxStreams: true });
  const { basePath = '/ofrep/v1', maxBodyBytes = 2 ** 20, heartbeatMs = 15_000, maxStreams = 10_000 } = options;
  expect('basePath', 'a path', basePath, typeof basePath === 'string');
  expectWhole('maxBodyBytes', maxBodyBytes, 1);
  expectWhole('heartbeatMs', heartbeatMs, 1);
  expectWhole('maxStreams', maxStreams, 0);
  const paths = { all: `${basePath}/evaluate/flags`, events: `${basePath}/events` };
  const instance = randomUUID();
  const stream = {
    heartbeatMs,
    currentId: () => `${instance}.${flags.version()}`,
    isFresh: () => flags.version() > 1 && Date.now() - flags.loadedAt().getTime() < freshMs,
    onChange: flags.onChange,
    closed: flags.closed,
  };
  let streams = 0;

  async function evaluateOne(request: Request, key: string): Promise<Response> {
    const read = await readContext(request, maxBodyBytes);
    if ('bad' in read) return refusal(read.bad.status, read.bad.errorCode, read.bad.errorDetails, key);
    const evaluation = flags.evaluate(key, read.context);
    return json(statusOf(evaluation), flagAnswer(key, evaluation));
  }

  async function evaluateAll(request: Request): Promise<Response> {
    const read = await readContext(request, maxBodyBytes);
    if ('bad' in read) return refusal(read.bad.status, read.bad.errorCode, read.bad.errorDetails);
    const all = Object.entries(flags.evaluateAll(read.context)).map(([key, evaluation]) => flagAnswer(key, evaluation));
    const streamed = maxStreams > 0 ? { eventStreams: [{ type: 'sse', endpoint: { requestUri: paths.events } }] } : {};
    const body = JSON.stringify({ flags: all, ...streamed });
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    if (isKnown(request.headers.get('if-none-match'), etag))
      return new Response(null, { status: 304, headers: { etag } });
    return new Response(body, { headers: { 'content-type': 'application/json', etag } });
  }

  function openStream(request: Request): Response {
    if (streams >= maxStreams)
      return refusal(503, 'GENERAL', `There are ${maxStreams} event streams already. Poll instead.`);
    streams += 1;
    const onEnd = (): void => void (streams -= 1);
    return eventStream(request, stream, onEnd);
  }

  return async (request) => {
    const { pathname } = new URL(request.url);
    const wanted = pathname.startsWith(`${paths.all}/`)
      ? 'POST'
      : { [paths.all]: 'POST', [paths.events]: 'GET' }[pathname];
    if (wanted === undefined) return refusal(404, 'GENERAL', `There is nothing at ${pathname}.`);
    if (request.method !== wanted) {
      return json(405, { errorCode: 'GENERAL', errorDetails: `Send ${wanted}.` }, { allow: wanted });
    }
    if (pathname === paths.events) return openStream(request);
    if (pathname === paths.all) return evaluateAll(request);
    const key = decode(pathname.slice(paths.all.length + 1));
    if (key === undefined) return refusal(400, 'PARSE_ERROR', 'The key in the path is not encoded well.');
    return evaluateOne(request, key);
  };
}

function isKnown(header: string | null, etag: string): boolean {
  const known = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*');
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function expectWhole(option: string, value: number, least: number): void {
  expect(option, `a whole number from ${least}`, value, Number.isInteger(value) && value >= least);
}
