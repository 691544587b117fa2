// (1) A rule that blocks or ends its thread is stopped with the thread, named, and the audit begins again without it.
// (2) When the signal aborts, the thread ends at once, whatever it does.
// (3) No thread and no timer outlives the promise.
import { Worker } from 'node:worker_threads';
import { fromJSON } from '@seaworthy/errors';
import { CliErrors } from '../errors.ts';
import type { Report } from '../report/report.ts';
import type { AuditJob, JobListener } from './job.ts';
import { createPulse, type Pulse } from './pulse.ts';
import type { StoppedRule } from './run-rules.ts';
import type { WorkerInput, WorkerMessage } from './worker.ts';

export interface SuperviseOptions {
  /** A module that exports `packs`. */
  readonly packs: URL;
  readonly listener: Pick<JobListener, 'log' | 'progress'>;
  readonly signal: AbortSignal;
}

/** Runs a job in a thread of its own. @throws what the job throws; AUDIT_LOST; the signal's reason */
export async function supervise(job: AuditJob, options: SuperviseOptions): Promise<Report> {
  const { listener } = options;
  const stopped: StoppedRule[] = [];
  let current = job;
  for (;;) {
    const ended = await runInThread(current, options);
    if ('report' in ended) return ended.report;
    listener.log('error', ended, 'A rule took its thread down');
    // An error out of nowhere may come from any rule that is under way: with one at a time, it is clear from which.
    if (ended.kind === 'rule-timeout' || current.atOnce === 1) stopped.push(ended);
    current = { ...job, stopped, atOnce: 1 };
  }
}

type Ended = { readonly report: Report } | StoppedRule;

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
      stopWatching = watch(pulse, job.ruleTimeoutMs, signal, {
        onStill(stillMs) {
          // Before the first rule, modules are loaded: slow perhaps, but no rule's fault.
          if (pulse.lastActive() === undefined && stillMs < longestStartMs) return;
          blame('rule-timeout', `its thread did not answer for ${Math.round(stillMs)} ms.`);
        },
        onAbort: () => reject(signal.reason),
      });
      worker.on('error', (error) => blame('rule-crashed', `${error.name}: ${error.message}`));
      worker.on('exit', (code) => blame('rule-crashed', `it ended its thread with ${code}.`));
      worker.on('message', (message: WorkerMessage) => {
        if (message.type === 'report') resolve({ report: message.report });
        else if (message.type === 'failed') reject(fromJSON(message.error, CliErrors));
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
  const isSource = import.meta.url.endsWith('.ts');
  const entry = new URL(isSource ? 'thread.ts' : 'thread.js', import.meta.url);
  const execArgv = isSource ? { execArgv: ['--conditions=@seaworthy/source'] } : {};
  // What a rule prints goes nowhere: standard output carries the report and nothing else.
  return new Worker(entry, { workerData, stdout: true, resourceLimits, ...execArgv });
}

/** Trees live until the end, so a large nursery only holds memory: a small one is as fast and needs a third less. */
const resourceLimits = { maxYoungGenerationSizeMb: 32 };

const lookEveryMs = 100;
const longestStartMs = 60_000;

interface WatchListener {
  readonly onStill: (stillMs: number) => void;
  readonly onAbort: () => void;
}

/** Watches for a pulse that stands still for too long, and for the signal; returns the undo. */
function watch(pulse: Pulse, timeoutMs: number, signal: AbortSignal, { onStill, onAbort }: WatchListener): () => void {
  const timer = setInterval(() => {
    const stillMs = pulse.stillMs(performance.now());
    if (stillMs > timeoutMs) onStill(stillMs);
  }, lookEveryMs);
  signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearInterval(timer);
    signal.removeEventListener('abort', onAbort);
  };
}
