import { inspect } from 'node:util';
import type { LifecycleLogger } from './types.ts';

/** Wraps a logger so that one that throws cannot stop a stop; what it could not take goes to standard error. */
export function guardLogger(logger: LifecycleLogger = silent): LifecycleLogger {
  return {
    info: (fields, message) => attempt(() => logger.info(fields, message), fields, message),
    error: (fields, message) => attempt(() => logger.error(fields, message), fields, message),
  };
}

const silent: LifecycleLogger = { info() {}, error() {} };

function attempt(log: () => void, fields: object, message: string): void {
  try {
    log();
  } catch (error) {
    process.stderr.write(`${message} ${inspect(fields)}\nThe logger failed: ${inspect(error)}\n`);
  }
}
