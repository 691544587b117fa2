// The thread that audits. It is apart because a rule that never returns cannot be stopped from within its own thread.
import { parentPort, workerData } from 'node:worker_threads';
import { toJSON, type ErrorJson } from '@seaworthy/errors';
import { runJob, type AuditJob, type JobResult } from './job.ts';
import type { RulePackPlugin } from './packs.ts';
import type { HelperStarter } from './examine.ts';
import { HelperStopped, startHelpers } from './helpers.ts';
import { createHeart, type Heart } from './pulse.ts';
import type { StoppedRule } from './run-rules.ts';
import { createSweep } from './sweep.ts';

/** What the thread is given when it starts; the job is its first message. */
export interface WorkerInput {
  /** The URL of a module that exports `packs`. */
  readonly packs: string;
  readonly pulse: SharedArrayBuffer;
}

/** What the thread says. */
export type WorkerMessage =
  | {
      readonly type: 'log';
      readonly level: 'info' | 'warn' | 'error';
      readonly fields: object;
      readonly message: string;
    }
  | { readonly type: 'progress'; readonly line: string }
  /** The next rule that becomes active for the first time: its place is how many there were before. */
  | { readonly type: 'rule'; readonly id: string }
  | { readonly type: 'done'; readonly result: JobResult }
  /** A rule took a helper down. */
  | { readonly type: 'stopped'; readonly stopped: StoppedRule }
  | { readonly type: 'failed'; readonly error: ErrorJson };

const lineEveryMs = 100;

if (parentPort !== null) listen(workerData, parentPort);

/** Rules are loaded while the thread that asks may still be reading its settings. */
function listen({ packs, pulse }: WorkerInput, port: NonNullable<typeof parentPort>): void {
  const heart = createHeart(pulse);
  const stop = heart.beat();
  const loading: Promise<{ readonly packs: readonly RulePackPlugin[] }> = import(packs);
  // Who asks hears of it.
  loading.catch(() => {});
  port.once('message', (job: AuditJob) => {
    void work({ job, packs, loading, heart }, (message) => port.postMessage(message, [])).finally(stop);
  });
}

interface Work {
  readonly job: AuditJob;
  readonly packs: string;
  readonly loading: Promise<{ readonly packs: readonly RulePackPlugin[] }>;
  readonly heart: Heart;
}

async function work({ job, packs, loading, heart }: Work, tell: (message: WorkerMessage) => void): Promise<void> {
  const places = new Map<string, number>();
  try {
    const { packs: plugins } = await loading;
    const result = await runJob(job, plugins, withHelpers(job, packs), {
      log: (level, fields, message) => tell({ type: 'log', level, fields, message }),
      progress: sometimes((line) => tell({ type: 'progress', line })),
      active(id) {
        if (!places.has(id)) {
          places.set(id, places.size);
          tell({ type: 'rule', id });
        }
        heart.touch(places.get(id)!);
      },
      done: createSweep(),
    });
    tell({ type: 'done', result });
  } catch (error) {
    if (error instanceof HelperStopped) tell({ type: 'stopped', stopped: error.stopped });
    else tell({ type: 'failed', error: toJSON(error) });
  }
}

/** A job that looks for the rule that broke it runs one rule at a time, in one thread. */
function withHelpers(
  { root, rules: settings, ruleTimeoutMs, atOnce }: AuditJob,
  packs: string,
): HelperStarter | undefined {
  if (atOnce === 1) return undefined;
  return ({ rules, facts, bytes }) => startHelpers({ root, packs, rules, settings, facts, ruleTimeoutMs }, bytes);
}

/** Nobody reads a line for each file, and each message costs time. */
function sometimes(show: (line: string) => void): (line: string) => void {
  let shownAt = -Infinity;
  return (line) => {
    const now = performance.now();
    if (now - shownAt < lineEveryMs) return;
    shownAt = now;
    show(line);
  };
}
