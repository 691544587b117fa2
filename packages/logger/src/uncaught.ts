// winston logs what nobody caught only by transports that ask for it with `handleExceptions`. A logger that has sinks and no
// such transport would swallow it: nothing written, and the process goes on. So the sinks count as one of them.
import winston from 'winston';
import { flushFamily } from './closing.ts';
import type { Recorder } from './record.ts';

/** What winston waits for before it ends the process. */
interface Handling {
  once(event: string, done: () => void): unknown;
}

interface ExceptionsBase {
  handle(...transports: unknown[]): void;
  unhandle(): void;
  _getExceptionHandlers(): readonly Handling[];
}

interface RejectionsBase {
  handle(...transports: unknown[]): void;
  unhandle(): void;
  _getRejectionHandlers(): readonly Handling[];
}

/** The part of a logger that is looked at; the rest is winston's. */
export interface Catching {
  readonly family: { readonly recorder: Recorder } | undefined;
}

const ExceptionHandler = winston.ExceptionHandler as unknown as new (logger: Catching) => ExceptionsBase;
const RejectionHandler = winston.RejectionHandler as unknown as new (logger: Catching) => RejectionsBase;

/** Logs uncaught exceptions, also by sinks. */
export class Exceptions extends ExceptionHandler {
  declare readonly logger: Catching;

  override _getExceptionHandlers(): readonly Handling[] {
    // oxlint-disable-next-line no-underscore-dangle -- winston's own name
    return [...super._getExceptionHandlers(), ...sinksOf(this.logger)];
  }
}

/** Logs unhandled rejections, also by sinks. */
export class Rejections extends RejectionHandler {
  declare readonly logger: Catching;

  override _getRejectionHandlers(): readonly Handling[] {
    // oxlint-disable-next-line no-underscore-dangle -- winston's own name
    return [...super._getRejectionHandlers(), ...sinksOf(this.logger)];
  }
}

const patienceMs = 3000;

function sinksOf({ family }: Catching): readonly Handling[] {
  if (family === undefined || family.recorder.dispatcher.sinks.length === 0) return [];
  const { recorder } = family;
  // winston logs right after it has asked.
  return [{ once: (event, done) => void (event === 'finish' && setImmediate(() => void flushThen(recorder, done))) }];
}

async function flushThen(recorder: Recorder, done: () => void): Promise<void> {
  await flushFamily(recorder, { timeoutMs: patienceMs });
  done();
}
