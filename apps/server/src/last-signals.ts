import { constants } from 'node:os';
import type { StopReport } from '@seaworthy/lifecycle';

/** npm forwards a Ctrl-C that its child had from the terminal already. */
const samePressMs = 100;

/**
 * The lifecycle listens no more; without a listener a signal would end the process too, but not that of a container. The first
 * one after a stop by other means, such as the management port, asks for what is under way. Returns the undo.
 */
export function heedSignals(
  { reason, durationMs }: Pick<StopReport, 'reason' | 'durationMs'>,
  { signals }: { readonly signals: readonly string[] },
  endNow: (signal: string, code: number) => void,
): () => void {
  let press: Press | undefined;
  if (signals.includes(reason)) press = pressed(reason, samePressMs - durationMs);
  const onSignal = (signal: NodeJS.Signals): void => {
    if (press === undefined) {
      press = pressed(signal, samePressMs);
    } else if (!press.includes(signal)) {
      endNow(signal, 128 + constants.signals[signal]);
    }
  };
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    press?.forget();
  };
}

/** A key that was pressed. */
interface Press {
  /** Whether a signal that is heard now is part of it. */
  readonly includes: (signal: string) => boolean;
  readonly forget: () => void;
}

function pressed(first: string, forMs: number): Press {
  let isOver = forMs <= 0;
  const over = (): void => void (isOver = true);
  // After a long computation timers come before the signals that wait, which were sent in time.
  const timer = setTimeout(() => setImmediate(() => setImmediate(over)), Math.max(0, forMs));
  return { includes: (signal) => !isOver && signal === first, forget: () => clearTimeout(timer) };
}
