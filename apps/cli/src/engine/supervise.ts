// (1) A rule that blocks or ends its thread is stopped with the thread, named, and the audit begins again without it.
// (2) When the signal aborts, the thread ends at once, whatever it does.
// (3) No thread and no timer outlives the promise.
import { Worker } from 'node:worker_threads';
import { fromJSON } from '@seaworthy/errors';
import { CliErrors } from '../errors.ts';
import type { WorkerInput, WorkerMessage } from './audit-thread.ts';
import type { AuditJob, JobListener, JobResult } from './job.ts';
import { createPulse, type Pulse } from './pulse.ts';
import type { StoppedRule } from './run-rules.ts';
import { threadOptions, watch } from './threads.ts';

export interface SuperviseOptions {
  /** A module that exports `packs`. */
  readonly packs: URL;
  readonly listener: Pick<JobListener, 'log' | 'progress'>;
  readonly signal: AbortSignal;
  /** A thread that was started before. @default one is started now */
  readonly thread?: AuditThread;
}

/** A thread that has begun to load rules, and waits for its job. */
export interface AuditThread {
  readonly worker: Worker;
  readonly pulse: Pulse;
  /** Why the thread has ended, if it has. */
  ended(): string | undefined;
  close(): Promise<unknown>;
}

/** Starts a thread. It has to be given to `supervise`, or closed. */
export function startThread(packs: URL): AuditThread {
  const pulse = createPulse();
  const { url, options } = threadOptions('audit');
  const workerData: WorkerInput = { packs: packs.href, pulse: pulse.memory };
  const worker = new Worker(url, { ...options, workerData });
  // Nobody else listens until there is a job.
  let ended: string | undefined;
  worker.on('error', (error) => (ended = `${error.name}: ${error.message}`));
  worker.on('exit', (code) => (ended ??= `it ended its thread with ${code}.`));
  return { worker, pulse, ended: () => ended, close: () => worker.terminate() };
}

/** Runs a job in a thread of its own. @throws what the job throws; AUDIT_LOST; the signal's reason */
export async function supervise(job: AuditJob, options: SuperviseOptions): Promise<JobResult> {
  const { listener } = options;
  const stopped: StoppedRule[] = [];
  let current = job;
  let thread = options.thread;
  for (;;) {
    const ended = await runInThread(current, thread ?? startThread(options.packs), options);
    thread = undefined;
    if ('report' in ended) return ended;
    listener.log('error', ended, 'A rule took its thread down');
    // An error out of nowhere may come from any rule that is under way: with one at a time, it is clear from which.
    if (ended.kind === 'rule-timeout' || current.atOnce === 1) stopped.push(ended);
    current = { ...job, stopped, atOnce: 1 };
  }
}

type Ended = JobResult | StoppedRule;

async function runInThread(
  job: AuditJob,
  { worker, pulse, ended, close }: AuditThread,
  { listener, signal }: SuperviseOptions,
): Promise<Ended> {
  const rules: string[] = [];
  let stopWatching = (): void => {};
  try {
    signal.throwIfAborted();
    return await new Promise((resolve, reject) => {
      const blame = (kind: StoppedRule['kind'], reason: string): void => {
        const rule = rules[pulse.lastActive() ?? -1];
        if (rule === undefined) reject(new CliErrors.AUDIT_LOST({ reason }));
        else resolve({ rule, kind, reason });
      };
      const undo = [
        watch(pulse, job.ruleTimeoutMs, (stillMs) =>
          blame('rule-timeout', `its thread did not answer for ${Math.round(stillMs)} ms.`),
        ),
        onAbort(signal, () => reject(signal.reason)),
      ];
      stopWatching = () => undo.forEach((each) => each());
      // An error may overtake the message that names its rule; the end of the thread comes after all messages.
      worker.on('exit', () => blame('rule-crashed', ended()!));
      worker.on('message', (message: WorkerMessage) => {
        if (message.type === 'done') resolve(message.result);
        else if (message.type === 'failed') reject(fromJSON(message.error, CliErrors));
        else if (message.type === 'stopped') resolve(message.stopped);
        else if (message.type === 'rule') rules.push(message.id);
        else if (message.type === 'progress') listener.progress(message.line);
        else listener.log(message.level, message.fields, message.message);
      });
      const early = ended();
      if (early === undefined) worker.postMessage(job, []);
      else blame('rule-crashed', early);
    });
  } finally {
    stopWatching();
    await close();
  }
}

/** Listens to a signal; returns the undo. */
function onAbort(signal: AbortSignal, then: () => void): () => void {
  signal.addEventListener('abort', then, { once: true });
  return () => signal.removeEventListener('abort', then);
}
