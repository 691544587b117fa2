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
