// (1) A rule that blocks or ends its thread is stopped with the thread, named, and the audit begins again without it.
// (2) When the signal aborts, the thread ends at once, whatever it does.
// (3) No thread and no timer outlives the promise.
import { Worker } from 'node:worker_threads';
import { fromJSON } from '@seaworthy/errors';
import { CliErrors } from '../errors.ts';
import type { AuditJob, JobListener, JobResult } from './job.ts';
import { createPulse } from './pulse.ts';
import type { StoppedRule } from './run-rules.ts';
import { threadOptions, watch } from './threads.ts';
import type { WorkerInput, WorkerMessage } from './worker.ts';

export interface SuperviseOptions {
  /** A module that exports `packs`. */
  readonly packs: URL;
  readonly listener: Pick<JobListener, 'log' | 'progress'>;
  readonly signal: AbortSignal;
}

/** Runs a job in a thread of its own. @throws what the job throws; AUDIT_LOST; the signal's reason */
export async function supervise(job: AuditJob, options: SuperviseOptions): Promise<JobResult> {
  const { listener } = options;
  const stopped: StoppedRule[] = [];
  let current = job;
  for (;;) {
    const ended = await runInThread(current, options);
    if ('report' in ended) return ended;
    listener.log('error', ended, 'A rule took its thread down');
    // An error out of nowhere may come from any rule that is under way: with one at a time, it is clear from which.
    if (ended.kind === 'rule-timeout' || current.atOnce === 1) stopped.push(ended);
    current = { ...job, stopped, atOnce: 1 };
  }
}

type Ended = JobResult | StoppedRule;

async function runInThread(job: AuditJob, { packs, listener, signal }: SuperviseOptions): Promise<Ended> {
  signal.throwIfAborted();
  const pulse = createPulse();
  const worker = startWorker({ job, packs: packs.href, pulse: pulse.memory });
  const rules: string[] = [];
  let stopWatching = (): void => {};
  try {
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
      let last: string | undefined;
      worker.on('error', (error) => (last = `${error.name}: ${error.message}`));
      worker.on('exit', (code) => blame('rule-crashed', last ?? `it ended its thread with ${code}.`));
      worker.on('message', (message: WorkerMessage) => {
        if (message.type === 'done') resolve(message.result);
        else if (message.type === 'failed') reject(fromJSON(message.error, CliErrors));
        else if (message.type === 'stopped') resolve(message.stopped);
        else if (message.type === 'rule') rules.push(message.id);
        else if (message.type === 'progress') listener.progress(message.line);
        else listener.log(message.level, message.fields, message.message);
      });
    });
  } finally {
    stopWatching();
    await worker.terminate();
  }
}

function startWorker(workerData: WorkerInput): Worker {
  const { url, options } = threadOptions('worker');
  return new Worker(url, { ...options, workerData });
}

/** Listens to a signal; returns the undo. */
function onAbort(signal: AbortSignal, then: () => void): () => void {
  signal.addEventListener('abort', then, { once: true });
  return () => signal.removeEventListener('abort', then);
}
