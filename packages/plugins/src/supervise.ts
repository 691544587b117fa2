import { PluginErrors } from './errors.ts';
import type { Unit } from './unit.ts';

// (1) A plugin that failed is started again by itself, later each time, until its breaker stays open.
// (2) What no new attempt can change is not attempted again.

export interface Supervision {
  /** A plugin has failed, and everything of it is undone. */
  failed(unit: Unit, error: Error): void;
  /** Forgets the attempt that is to come, if there is one. */
  forget(unit: Unit): void;
  /** No attempt comes any more. */
  close(): void;
}

export interface SuperviseOptions {
  /** Starts a plugin again; called when its time has come. */
  readonly onRetry: (unit: Unit) => void;
  /** A plugin will not come back by itself. */
  readonly onLost: (unit: Unit) => void;
}

/** Errors of which each attempt has the same: the code or the policy has to change first. */
const lasting = [
  'PLUGIN_REFUSED',
  'TIER_MISSING',
  'TIER_REFUSED',
  'ENTRY_MISSING',
  'ENTRY_OUTSIDE',
  'NOT_A_PLUGIN',
  'INDEX_STALE',
  'SERVICE_NOT_PROVIDED',
  'STATE_NEWER',
  'STATE_OLDER',
  'CONFIG_NEWER',
  'CONFIG_OLDER',
] as const;

export function createSupervision({ onRetry, onLost }: SuperviseOptions): Supervision {
  const timers = new Map<Unit, NodeJS.Timeout>();
  let isClosed = false;
  const forget = (unit: Unit): void => {
    clearTimeout(timers.get(unit));
    timers.delete(unit);
    unit.breaker.giveUp();
  };
  return {
    forget,
    failed(unit, error) {
      if (isClosed) return;
      forget(unit);
      const waitMs = unit.breaker.fail({ isLasting: isLasting(unit, error) });
      if (waitMs === undefined) onLost(unit);
      else {
        const retry = (): void => {
          timers.delete(unit);
          onRetry(unit);
        };
        timers.set(unit, setTimeout(retry, waitMs).unref());
      }
    },
    close() {
      isClosed = true;
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

function isLasting({ plugin }: Unit, error: Error): boolean {
  if (lasting.some((code) => PluginErrors[code].is(error))) return true;
  // Node keeps a module that failed: importing it again gives the same failure.
  const isOfLoading = PluginErrors.HOOK_FAILED.is(error) && error.params.phase === 'load';
  return plugin.code !== undefined && isOfLoading && !PluginErrors.GUEST_LOST.is(error.cause);
}
