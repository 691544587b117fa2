import { inspect } from 'node:util';
import { printError } from './standard-error.ts';
import type { LifecycleLogger } from './types.ts';

/** Wraps a logger so that one that throws cannot stop a stop; what it could not take goes to standard error. */
export function guardLogger(
  logger: LifecycleLogger = silent,
  print: (text: string) => void = printError,
): LifecycleLogger {
  const attempt = (log: () => void, fields: object, message: string): void => {
    try {
      log();
    } catch (error) {
      print(`${message} ${inspect(fields)}\nThe logger failed: ${inspect(error)}\n`);
    }
  };
  return {
    info: (fields, message) => attempt(() => logger.info(fields, message), fields, message),
    error: (fields, message) => attempt(() => logger.error(fields, message), fields, message),
  };
}

const silent: LifecycleLogger = { info() {}, error() {} };
