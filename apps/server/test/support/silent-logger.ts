import type { HttpLogger } from '../../src/http/fastify-logger.ts';

const nothing = (): void => undefined;

/** A logger for tests that look at answers only. */
export const silentLogger: HttpLogger = {
  fatal: nothing,
  error: nothing,
  warn: nothing,
  info: nothing,
  debug: nothing,
  trace: nothing,
  level: 'info',
  child: () => silentLogger,
};

/** What the record of an answered request says. */
export interface Answered {
  readonly route: string;
  readonly status: number;
  readonly aborted: boolean;
}

/** Keeps the records of answered requests, and is silent otherwise. */
export function answeredLogger(answered: Answered[]): HttpLogger {
  const info = (fields: object | string, message?: string): void => {
    if (message === 'request answered') answered.push(fields as Answered);
  };
  return { ...silentLogger, info };
}
