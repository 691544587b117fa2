// What watches all other parts ends after them: what happens during a stop, and the stop itself, is still exported and logged.
// (1) The parts close in their order, and each one is closed, also when one before it rejects or hangs.
// (2) Nothing is awaited after the grace: each part leaves some of the time to those after it.
// (3) The exit code waits for them, but a second signal does not.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Lifecycle, StopReport } from '@seaworthy/lifecycle';
import { heedSignals } from './last-signals.ts';

/** Something that is closed at the end. */
export interface LastPart {
  readonly name: string;
  /** The signal aborts when nobody waits any more. */
  readonly close: (signal: AbortSignal) => PromiseLike<unknown>;
}

/** What hears of a part that was left. */
export interface EndingLogger {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface EndingOptions {
  /** The time for the whole shutdown, in milliseconds. */
  readonly graceMs: number;
  /** Signals that end the process at once while the parts close. */
  readonly signals: readonly string[];
  readonly exit: (code: number) => void;
  readonly logger: EndingLogger;
}

export interface Ending {
  /** Where the lifecycle leaves its exit code. */
  readonly exit: (code: number) => void;
  /** Closes the parts when this lifecycle has stopped, and then exits, unless it never started. Never rejects. */
  after(life: Pick<Lifecycle, 'stopped'>, parts: readonly LastPart[]): Promise<StopReport>;
  /** Closes the parts at once: there is no lifecycle. Never rejects. */
  now(parts: readonly LastPart[]): Promise<void>;
}

const longestMs = 5_000;
/** A part uses up to four fifths of what is left; the rest is for those after it. */
const share = 0.8;

/** How much of the grace the parts are kept: a tenth of what follows the lame duck, at most five seconds. */
export function keptForLast({
  graceMs,
  lameDuckMs,
}: {
  readonly graceMs: number;
  readonly lameDuckMs: number;
}): number {
  return Math.min(longestMs, Math.floor((graceMs - lameDuckMs) / 10));
}

/** Prepares the end of a process. */
export function createEnding(options: EndingOptions): Ending {
  const { graceMs, exit, logger } = options;
  let hasStopped = false;
  let exitCode: number | undefined;

  async function end(life: Pick<Lifecycle, 'stopped'>, parts: readonly LastPart[]): Promise<StopReport> {
    const report = await life.stopped;
    hasStopped = true;
    const unlisten = heedSignals(report, options, (signal, code) => {
      logger.error({ signal, unfinished: parts.map(({ name }) => name) }, 'not waiting any longer');
      exit(code);
    });
    // A connection that was cut tells so when its handle has closed, which is at the end of a turn of the event loop.
    await nextTurn();
    await nextTurn();
    await closeAll(parts, performance.now() + graceMs - report.durationMs, logger);
    unlisten();
    return report;
  }

  async function exitAfter(ended: Promise<StopReport>): Promise<void> {
    const report = await ended;
    // A start that failed has its own exit code, and whoever waits for it says why.
    if (report.reason !== 'start-failed') exit(exitCode ?? report.exitCode);
  }

  return {
    exit(code) {
      if (hasStopped) exitCode = code;
      else exit(code);
    },
    after(life, parts) {
      const ended = end(life, parts);
      void exitAfter(ended);
      return ended;
    },
    now: (parts) => closeAll(parts, performance.now() + longestMs, logger),
  };
}

async function closeAll(parts: readonly LastPart[], endsAt: number, logger: EndingLogger): Promise<void> {
  for (const part of parts) {
    const timeoutMs = Math.max(1, Math.min(longestMs, Math.floor((endsAt - performance.now()) * share)));
    const failure = await closeOne(part, timeoutMs);
    if (failure !== undefined) logger.warn({ part: part.name, timeoutMs, ...failure }, 'was not closed');
  }
}

interface Failure {
  readonly outcome: 'error' | 'hung';
  readonly err?: unknown;
}

async function closeOne({ close }: LastPart, timeoutMs: number): Promise<Failure | undefined> {
  const over = new AbortController();
  const timeIsUp = Promise.withResolvers<Failure>();
  const timer = setTimeout(() => {
    over.abort();
    timeIsUp.resolve({ outcome: 'hung' });
  }, timeoutMs);
  const closed = async (): Promise<Failure | undefined> => {
    try {
      await close(over.signal);
      return undefined;
    } catch (err) {
      return { outcome: 'error', err };
    }
  };
  const failure = await Promise.race([closed(), timeIsUp.promise]);
  clearTimeout(timer);
  return failure;
}
