// (1) One dump at a time; a second one is refused, not queued.
// (2) A dump ends when its client goes away, and when its time is over.
// (3) A profile that runs when the server closes is ended early and answered with what it has.
import type { Back, Call, Reply } from '../call.ts';
import { ManagementErrors } from '../errors.ts';
import type { DumpTaken } from '../events.ts';
import { renderProblem } from '../respond.ts';
import type { Probe } from './probe.ts';

const shortestProfileMs = 10;
const usualProfileMs = 5_000;

/** Takes CPU profiles and heap snapshots for one server. */
export interface Dumps {
  /** Starts one, or answers why not. `done` must be called when the answer was written, or could not be. */
  readonly take: (kind: 'cpu' | 'heap', call: Call, gone: AbortSignal) => Promise<Dump>;
  /** Ends a running profile early. */
  readonly stop: () => void;
}

export interface Dump {
  readonly reply: Reply;
  readonly done: (isComplete: boolean) => void;
}

export interface DumpsOptions {
  readonly probe: Probe;
  readonly back: Back;
  readonly maxProfileMs: number;
  readonly onTaken: (event: DumpTaken) => void;
}

export function createDumps({ probe, back, maxProfileMs, onTaken }: DumpsOptions): Dumps {
  const stop = new AbortController();
  let running: string | undefined;

  const make = async (kind: 'cpu' | 'heap', call: Call, gone: AbortSignal): Promise<Reply> => {
    if (kind === 'heap') return named(await back.answer(call, gone), 'heapsnapshot');
    const durationMs = readDuration(call.search, maxProfileMs);
    const profile = await probe.cpu({ durationMs, stop: stop.signal, gone });
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    return named({ status: 200, headers, text: `${JSON.stringify(profile)}\n` }, 'cpuprofile');
  };

  const take = async (kind: 'cpu' | 'heap', call: Call, gone: AbortSignal): Promise<Dump> => {
    const { pathname, accept, mayWrite, method, remote } = call;
    const refuse = (error: unknown): Dump => ({ reply: renderProblem(error, pathname, { accept }), done() {} });
    if (!mayWrite) return refuse(new ManagementErrors.DUMP_REFUSED());
    if (method === 'HEAD') return { reply: { status: 200, headers: {}, text: '' }, done() {} };
    if (running !== undefined) return refuse(new ManagementErrors.DUMP_RUNNING({ running }));
    running = kind;
    const startedAt = performance.now();
    const reply = await make(kind, call, gone).catch((error: unknown) => renderProblem(error, pathname, { accept }));
    return {
      reply,
      done(isComplete) {
        running = undefined;
        const outcome = !isComplete ? 'aborted' : reply.status < 400 ? 'ok' : 'error';
        onTaken({ kind, remote, status: reply.status, outcome, durationMs: performance.now() - startedAt });
      },
    };
  };
  return { take, stop: () => stop.abort() };
}

/** @throws INVALID_QUERY */
function readDuration(search: string, maxProfileMs: number): number {
  const text = new URLSearchParams(search).get('durationMs');
  const value = text === null ? Math.min(usualProfileMs, maxProfileMs) : Number(text === '' ? Number.NaN : text);
  if (Number.isInteger(value) && value >= shortestProfileMs && value <= maxProfileMs) return value;
  const expected = `a whole number from ${shortestProfileMs} to ${maxProfileMs}`;
  throw new ManagementErrors.INVALID_QUERY({ field: 'durationMs', expected });
}

/** Names the file that a browser or `curl -OJ` saves. */
function named(reply: Reply, extension: string): Reply {
  if (reply.status !== 200) return reply;
  const name = `${process.pid}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.${extension}`;
  return { ...reply, headers: { ...reply.headers, 'content-disposition': `attachment; filename="${name}"` } };
}
