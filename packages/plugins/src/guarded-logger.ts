import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import type { PluginsLogger } from './options.ts';
import type { PluginLogger } from './plugin.ts';

/** Wraps a logger so that one that throws cannot stop a host; what it could not take goes to standard error. */
export function guardLogger(
  logger: PluginsLogger | undefined,
  print: (text: string) => void = printError,
): PluginLogger {
  const guarded =
    (log: (fields: object, message: string) => void) =>
    (fields: object, message: string): void => {
      try {
        log(fields, message);
      } catch (error) {
        print(`${message} ${inspect(fields)}\nThe logger failed: ${inspect(error)}\n`);
      }
    };
  return {
    info: guarded((fields, message) => logger?.info(fields, message)),
    warn: guarded((fields, message) => (logger?.warn ? logger.warn(fields, message) : logger?.info(fields, message))),
    error: guarded((fields, message) => logger?.error(fields, message)),
  };
}

/** Not through `process.stderr`, which raises an uncaught error when its reader is gone. */
function printError(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Nobody is left to be told.
  }
}
