import { inspect } from 'node:util';
import type { ManagementLogger } from './contributors.ts';

/** Wraps a logger so that one that throws spoils no answer; what it could not take goes to standard error. */
export function guardLogger(logger: ManagementLogger = silent): ManagementLogger {
  return {
    info: (fields, message) => attempt(() => logger.info(fields, message), fields, message),
    error: (fields, message) => attempt(() => logger.error(fields, message), fields, message),
  };
}

const silent: ManagementLogger = { info() {}, error() {} };

function attempt(log: () => void, fields: object, message: string): void {
  try {
    log();
  } catch (error) {
    process.stderr.write(`${message} ${inspect(fields)}\nThe logger failed: ${inspect(error)}\n`);
  }
}
