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

/**
 * A logger in Fastify's shape: winston keeps a boolean where Fastify expects the method `silent`. Each request is given one
 * and hardly any writes to it, so that a child is made when the first record comes.
 */
export function fastifyLogger(logger: HttpLogger, fields?: object): FastifyBaseLogger {
  return new LazyLogger(logger, fields);
}

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

class LazyLogger implements FastifyBaseLogger {
  readonly #parent: HttpLogger;
  readonly #fields: object | undefined;
  #own: HttpLogger | undefined;

  constructor(parent: HttpLogger, fields: object | undefined) {
    this.#parent = parent;
    this.#fields = fields;
  }

  get level(): string {
    return this.#logger().level;
  }

  fatal(first: unknown, second?: unknown): void {
    this.#log('fatal', first, second);
  }

  error(first: unknown, second?: unknown): void {
    this.#log('error', first, second);
  }

  warn(first: unknown, second?: unknown): void {
    this.#log('warn', first, second);
  }

  info(first: unknown, second?: unknown): void {
    this.#log('info', first, second);
  }

  debug(first: unknown, second?: unknown): void {
    this.#log('debug', first, second);
  }

  trace(first: unknown, second?: unknown): void {
    this.#log('trace', first, second);
  }

  silent(): void {
    // Nothing is written at this level.
  }

  child(fields: object): FastifyBaseLogger {
    return new LazyLogger(this.#logger(), fields);
  }

  #log(level: Level, first: unknown, second: unknown): void {
    const logger = this.#logger();
    if (typeof first === 'object' && first !== null)
      logger[level](first, typeof second === 'string' ? second : undefined);
    else logger[level](String(first));
  }

  #logger(): HttpLogger {
    this.#own ??= this.#fields === undefined ? this.#parent : this.#parent.child(this.#fields);
    return this.#own;
  }
}
