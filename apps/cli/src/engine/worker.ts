// The thread that audits. It is apart because a rule that never returns cannot be stopped from within its own thread.
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { toJSON, type ErrorJson } from '@seaworthy/errors';
import { runJob, type AuditJob, type JobResult } from './job.ts';
import type { RulePackPlugin } from './packs.ts';
import type { HelperStarter } from './examine.ts';
import { HelperStopped, startHelpers } from './helpers.ts';
import { createHeart } from './pulse.ts';
import type { StoppedRule } from './run-rules.ts';

/** What the thread is given. */
export interface WorkerInput {
  readonly job: AuditJob;
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

if (parentPort !== null) await work(workerData, (message) => parentPort?.postMessage(message, []));

async function work({ job, packs, pulse }: WorkerInput, tell: (message: WorkerMessage) => void): Promise<void> {
  const heart = createHeart(pulse);
  const places = new Map<string, number>();
  const stop = heart.beat();
  // Rules are most of what is loaded; what is compiled of them is kept for the next run.
  enableCompileCache();
  try {
    const { packs: plugins }: { readonly packs: readonly RulePackPlugin[] } = await import(packs);
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
    });
    tell({ type: 'done', result });
  } catch (error) {
    if (error instanceof HelperStopped) tell({ type: 'stopped', stopped: error.stopped });
    else tell({ type: 'failed', error: toJSON(error) });
  } finally {
    stop();
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
