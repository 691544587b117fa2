import type { WorkerOptions } from 'node:worker_threads';
import type { Pulse } from './pulse.ts';

const entries = {
  audit: (): URL => new URL('./audit.worker.ts', import.meta.url),
  helper: (): URL => new URL('./helper.worker.ts', import.meta.url),
  document: (): URL => new URL('./document.worker.ts', import.meta.url),
};

/** Where a thread begins, and how much it may hold. */
export function threadOptions(entry: keyof typeof entries): {
  readonly url: URL;
  readonly options: WorkerOptions;
} {
  const url = entries[entry]();
  const execArgv = url.pathname.endsWith('.ts') ? { execArgv: ['--conditions=@seaworthy/source'] } : {};
  // What a rule prints goes nowhere: standard output carries the report and nothing else.
  return { url, options: { stdout: true, resourceLimits, ...execArgv } };
}

/** Trees of a part live until it is done with, so a large nursery only holds memory. */
const resourceLimits = { maxYoungGenerationSizeMb: 8 };

const lookEveryMs = 100;
const longestStartMs = 60_000;

/** Tells when a pulse stands still for too long; returns the undo. */
export function watch(pulse: Pulse, timeoutMs: number, onStill: (stillMs: number) => void): () => void {
  const timer = setInterval(() => {
    const stillMs = pulse.stillMs(performance.now());
    // Before the first rule, modules are loaded: slow perhaps, but no rule's fault.
    const limitMs = pulse.lastActive() === undefined ? Math.max(timeoutMs, longestStartMs) : timeoutMs;
    if (stillMs > limitMs) onStill(stillMs);
  }, lookEveryMs);
  return () => clearInterval(timer);
}
