import { startDeadline, within } from './deadline.ts';
import { messageOf } from './isolate.ts';
import type { Unit } from './unit.ts';

/** What one plugin says of itself. */
export interface PluginHealth {
  readonly id: string;
  /** A plugin without a `health` hook is up while it runs. */
  readonly status: 'up' | 'down';
  readonly durationMs: number;
  /** Why it is down. */
  readonly error?: string;
  /** What the hook returned, if it was an object. */
  readonly details?: object;
}

interface HealthOptions {
  /** Per plugin. @default 1000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Asks all plugins at once and always answers. */
export function checkHealth(units: readonly Unit[], options: HealthOptions = {}): Promise<readonly PluginHealth[]> {
  return Promise.all(units.map((unit) => checkUnit(unit, options)));
}

async function checkUnit(unit: Unit, options: HealthOptions): Promise<PluginHealth> {
  const { state, reason, error } = unit;
  const { id } = unit.plugin;
  if (state !== 'started') {
    return {
      id,
      status: 'down',
      durationMs: 0,
      error: error?.message ?? `The plugin is ${state}: ${reason ?? 'not started yet'}.`,
    };
  }
  const startedAt = performance.now();
  const { timeoutMs = 1000, signal } = options;
  const over = new AbortController();
  const stop = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  const late = (): Error => new DOMException(`The health hook did not answer within ${timeoutMs} ms.`, 'TimeoutError');
  try {
    const limits = { deadline: startDeadline(timeoutMs), ...(signal && { signal }), late };
    const answer = await within(() => unit.health(stop), limits);
    const details = typeof answer === 'object' && answer !== null ? { details: answer } : {};
    return { id, status: 'up', durationMs: performance.now() - startedAt, ...details };
  } catch (failure) {
    return { id, status: 'down', durationMs: performance.now() - startedAt, error: messageOf(failure) };
  } finally {
    over.abort();
  }
}
