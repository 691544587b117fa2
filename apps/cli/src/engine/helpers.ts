// (1) A helper whose thread a rule blocks or breaks ends with the rule named; nobody waits for its answer then.
// (2) No helper outlives close().
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { PartAnswer } from './file-answer.ts';
import type { HelperInput, HelperTask } from './help-thread.ts';
import { createPulse } from './pulse.ts';
import { threadOptions, watch } from './threads.ts';
import type { StoppedRule } from './run-rules.ts';

/** One thread beside this one. */
export interface Helper {
  /** Examines one part at a time. @throws HelperStopped */
  examine(task: HelperTask): Promise<PartAnswer>;
}

export interface Helpers {
  readonly list: readonly Helper[];
  close(): Promise<void>;
}

/** A rule took a helper with it. */
export class HelperStopped extends Error {
  override readonly name = 'HelperStopped';
  readonly stopped: StoppedRule;

  constructor(stopped: StoppedRule) {
    super(stopped.reason);
    this.stopped = stopped;
  }
}

/** What a thread has to be worth: loading the rules once more takes as long as looking at so many bytes. */
const bytesForHelper = 2 * 1024 * 1024;
const mostHelpers = 7;

/** Starts a thread for each further core that so many bytes are worth. */
export function startHelpers(input: Omit<HelperInput, 'pulse'>, bytes: number): Helpers {
  const worth = Math.floor(bytes / bytesForHelper) - 1;
  const amount = Math.max(0, Math.min(availableParallelism() - 1, worth, mostHelpers));
  const helpers = Array.from({ length: amount }, () => startHelper(input));
  return {
    list: helpers,
    close: async () => {
      await Promise.all(helpers.map((helper) => helper.close()));
    },
  };
}

function startHelper(input: Omit<HelperInput, 'pulse'>): Helper & { close(): Promise<unknown> } {
  const pulse = createPulse();
  const { url, options } = threadOptions('helper');
  const worker = new Worker(url, { ...options, workerData: { ...input, pulse: pulse.memory } });
  const ended = Promise.withResolvers<never>();
  // Whoever asks hears of it; between two questions nobody does.
  ended.promise.catch(() => {});
  const blame = (kind: StoppedRule['kind'], reason: string): void =>
    ended.reject(new HelperStopped({ rule: input.rules[pulse.lastActive() ?? -1] ?? '', kind, reason }));
  const stopWatching = watch(pulse, input.ruleTimeoutMs, (stillMs) =>
    blame('rule-timeout', `its thread did not answer for ${Math.round(stillMs)} ms.`),
  );
  worker.on('error', (error) => blame('rule-crashed', `${error.name}: ${error.message}`));
  worker.on('exit', (code) => blame('rule-crashed', `it ended its thread with ${code}.`));
  return {
    examine(task) {
      const answer = new Promise<PartAnswer>((resolve) => worker.once('message', resolve));
      worker.postMessage(task, []);
      return Promise.race([answer, ended.promise]);
    },
    close() {
      stopWatching();
      return worker.terminate();
    },
  };
}
