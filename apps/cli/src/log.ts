/** What the parts of a command log to. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  close(): Promise<void>;
}

/** Opens the log of `--verbose`, on standard error. The logger is loaded only then. */
export async function createLog(): Promise<Log> {
  const { createLogger, stderr } = await import('@seaworthy/logger');
  const logger = createLogger({ name: 'seaworthy', sinks: [stderr({ pretty: true })] });
  return {
    info: (fields, message) => void logger.info(fields, message),
    warn: (fields, message) => void logger.warn(fields, message),
    error: (fields, message) => void logger.error(fields, message),
    close: async () => {
      await logger.close();
    },
  };
}
