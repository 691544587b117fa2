import { setTimeout as wait } from 'node:timers/promises';
import type { Flags } from '@seaworthy/flags';

/** What hears of a store that was left. */
export interface CloseLogger {
  warn(fields: object, message: string): void;
}

/** How long the store may take to say goodbye, in milliseconds. */
const goodbyeMs = 2_000;

/**
 * Closes flags, and then what records their changes, also when the flags cannot be closed. A store that hangs is left after two
 * seconds: flags are only read from it, so nothing is lost with it.
 */
export async function closeFlags(
  flags: Pick<Flags, 'close'>,
  logger: CloseLogger,
  audit?: AsyncDisposable,
): Promise<void> {
  const closed = new AbortController();
  const late = wait(goodbyeMs, true, { signal: closed.signal }).catch(() => false);
  try {
    const isLeft = await Promise.race([flags.close().then(() => false), late]);
    if (isLeft) logger.warn({ waitedMs: goodbyeMs }, 'the store of the flags does not answer, and is left');
  } finally {
    closed.abort();
    await audit?.[Symbol.asyncDispose]();
  }
}
