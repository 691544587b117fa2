import type winston from 'winston';

/** What `winston.createLogger` takes besides, for programs that come from there. */
export interface WinstonOptions {
  /** Fields of every record, besides `base`. */
  readonly defaultMeta?: object | undefined;
  /** Logs nothing. @default false */
  readonly silent?: boolean | undefined;
  /** Ends the process with 1 after what nobody caught was logged. @default true */
  readonly exitOnError?: boolean | ((error: Error) => boolean) | undefined;
  /** Transports for uncaught exceptions; the sinks get them as well. An empty list is enough to listen. */
  readonly exceptionHandlers?: readonly winston.transport[] | undefined;
  /** Transports for unhandled rejections; the sinks get them as well. An empty list is enough to listen. */
  readonly rejectionHandlers?: readonly winston.transport[] | undefined;
}

interface Configured {
  silent: unknown;
  exitOnError: unknown;
  readonly exceptions: { handle(...transports: unknown[]): void } | undefined;
  readonly rejections: { handle(...transports: unknown[]): void } | undefined;
}

/** Does what winston does with them. */
export function applyWinstonOptions(logger: Configured, options: WinstonOptions): void {
  const { silent = false, exitOnError = true, exceptionHandlers, rejectionHandlers } = options;
  logger.silent = silent;
  logger.exitOnError = exitOnError;
  if (exceptionHandlers) logger.exceptions?.handle(...exceptionHandlers);
  if (rejectionHandlers) logger.rejections?.handle(...rejectionHandlers);
}
