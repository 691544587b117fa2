import type { FastifyBaseLogger } from 'fastify';

interface Log {
  (fields: object, message?: string): unknown;
  (message: string): unknown;
}

/** The part of a logger that the HTTP application writes to. */
export interface HttpLogger {
  readonly fatal: Log;
  readonly error: Log;
  readonly warn: Log;
  readonly info: Log;
  readonly debug: Log;
  readonly trace: Log;
  readonly level: string;
  child(fields: object): HttpLogger;
}

/** The logger in Fastify's shape: winston keeps a boolean where Fastify expects the method `silent`. */
export function fastifyLogger(logger: HttpLogger): FastifyBaseLogger {
  const method =
    (level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace') => (first: unknown, second?: unknown) => {
      if (typeof first === 'object' && first !== null)
        logger[level](first, typeof second === 'string' ? second : undefined);
      else logger[level](String(first));
    };
  return {
    level: logger.level,
    fatal: method('fatal'),
    error: method('error'),
    warn: method('warn'),
    info: method('info'),
    debug: method('debug'),
    trace: method('trace'),
    silent: () => undefined,
    child: (fields) => fastifyLogger(logger.child(fields)),
  };
}
