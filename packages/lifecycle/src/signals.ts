// (1) The first signal drains, a second one exits at once with 128 + its number.
// (2) The same signal again within 100 ms is the same key press: on a terminal npm's child gets one Ctrl-C twice,
//     once from the terminal and once forwarded by npm. A signal that waited behind a computation counts as of when it came.
// (3) An uncaught error drains once and makes the exit code 1, also when a drain was under way.
// (4) Only the first few uncaught errors are reported: a logger whose stream is closed fails in a way that is an uncaught
//     error again, and would never let the drain have its turn.
import { constants } from 'node:os';
import { inspect } from 'node:util';
import { tellSignalReceived } from './events.ts';
import type { Settings } from './options.ts';
import type { StopReport } from './types.ts';

const samePressMs = 100;
const mostReported = 20;

/** The part of `process` that delivers signals and uncaught errors. */
export interface ProcessEvents {
  on(event: string, listener: (error: unknown) => void): unknown;
  off(event: string, listener: (error: unknown) => void): unknown;
}

/** Listens to the process while there is something to stop. */
export interface ExitPolicy {
  install(): void;
  remove(): void;
}

/** What the policy acts on. */
export interface ExitParts {
  readonly settings: Settings;
  readonly stop: (reason: string) => Promise<StopReport>;
  /** Names of what a stop still waits for; logged when a second signal does not wait for it. */
  readonly unfinished: () => readonly string[];
  readonly host?: ProcessEvents;
}

/** Turns signals and uncaught errors into a stop and an exit code. */
export function createExitPolicy({ settings, stop, unfinished, host = process }: ExitParts): ExitPolicy {
  let first: Press | undefined;
  let crashes = 0;

  const stopAndExit = async (reason: string): Promise<void> => {
    const { exitCode } = await stop(reason);
    settings.exit(crashes > 0 ? Math.max(1, exitCode) : exitCode);
  };
  const onSignal = (signal: string): void => {
    if (!first) {
      first = pressed(signal);
      tellSignalReceived({ signal, effect: 'drain' });
      settings.logger.info({ signal }, 'stopping');
      return void stopAndExit(signal);
    }
    if (signal === first.signal && !first.isOver) return;
    tellSignalReceived({ signal, effect: 'forced' });
    settings.logger.error({ signal, unfinished: unfinished() }, 'not waiting any longer');
    settings.exit(forcedExitCode(signal));
  };
  const onCrash = (reason: string) => (error: unknown) => {
    crashes += 1;
    if (crashes <= mostReported) reportCrash(settings, reason, error);
    if (crashes === 1) void stopAndExit(reason);
  };

  const listeners: [string, (error: unknown) => void][] = settings.signals.map((signal) => [
    signal,
    () => onSignal(signal),
  ]);
  if (settings.onUncaught === 'drain') {
    for (const event of ['uncaughtException', 'unhandledRejection']) listeners.push([event, onCrash(event)]);
  }
  return {
    install: () => listeners.forEach(([event, listener]) => host.on(event, listener)),
    remove: () => listeners.forEach(([event, listener]) => host.off(event, listener)),
  };
}

/** A key that was pressed. */
interface Press {
  readonly signal: string;
  isOver: boolean;
}

function pressed(signal: string): Press {
  const press = { signal, isOver: false };
  const over = (): void => void (press.isOver = true);
  // After a long computation timers come before the signals that wait, which were sent in time. The turns are not let go of as
  // the timer is: an event loop with nothing else to do would not take them before the next signal.
  setTimeout(() => setImmediate(() => setImmediate(over)), samePressMs).unref();
  return press;
}

function forcedExitCode(signal: string): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return 128 + (numbers[signal] ?? 0);
}

function reportCrash({ logger, printCrash }: Settings, reason: string, error: unknown): void {
  logger.error({ err: error, reason }, 'stopping after an uncaught error');
  printCrash?.(`${reason}: ${inspect(error)}\n`);
}
