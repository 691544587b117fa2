import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { degraded } from '@seaworthy/lifecycle';
import type { BreakerChanged, Resilience } from '@seaworthy/resilience';

/** What hears of a breaker. */
export interface BreakerLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

const channel = 'seaworthy:resilience:breaker-changed';

/** Logs when calls are refused from now on and when they get through again; trials between the two are details. */
export function logBreakers(logger: BreakerLogger): Disposable {
  const log = (message: unknown): void => {
    const { pipeline, from, to } = message as BreakerChanged;
    const level = to === 'closed' ? 'info' : to === 'open' && from === 'closed' ? 'warn' : 'debug';
    // An exception here would be an uncaught one.
    try {
      logger[level]({ pipeline, from, to }, 'circuit breaker changed');
    } catch {
      return;
    }
  };
  subscribe(channel, log);
  return { [Symbol.dispose]: () => void unsubscribe(channel, log) };
}

/** A health check: what is refused now makes the service worse, and all else still works. */
export function breakersCheck(resilience: Pick<Resilience, 'health'>): () => unknown {
  return () => {
    const refused = resilience.health().parts.filter(({ status }) => status === 'down');
    const names = refused.map(({ name }) => name);
    return names.length === 0 ? {} : degraded(`calls are refused: ${names.join(', ')}`, { refused: names });
  };
}
