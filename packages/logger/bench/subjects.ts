import { openSync } from 'node:fs';
import { createLogger, file, type Durability, type Logger, type LoggerOptions } from '@seaworthy/logger';
import { pino } from 'pino';
import winston from 'winston';

/** Our logger, writing to a file. */
export function ours(path: string, durability: Durability, options: LoggerOptions = {}): Logger {
  return createLogger({ name: 'bench', level: 'info', sinks: [file({ path, durability })], ...options });
}

/** pino, set to write the same record: the level as a word, an ISO timestamp, the logger's name and the process id. */
export function pinoSame(
  path: string,
  how: { sync: boolean; minLength?: number },
  options: pino.LoggerOptions = {},
): PinoSide {
  const destination = pino.destination({ dest: openSync(path, 'a'), ...how });
  const log = pino(
    {
      base: { logger: 'bench', pid: process.pid },
      messageKey: 'message',
      errorKey: 'err',
      timestamp: () => `,"timestamp":"${new Date(Date.now()).toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      ...options,
    },
    destination,
  );
  return { log, flush: () => destination.flushSync() };
}

export interface PinoSide {
  readonly log: pino.Logger;
  readonly flush: () => void;
}

/** winston with its timestamp and JSON format, which is the record most people write with it. */
export function winstonSame(transport: winston.transport): winston.Logger {
  const { combine, timestamp, json } = winston.format;
  return winston.createLogger({
    defaultMeta: { logger: 'bench', pid: process.pid },
    format: combine(timestamp(), json()),
    transports: [transport],
  });
}
