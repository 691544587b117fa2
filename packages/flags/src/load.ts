import { FlagErrors } from './errors.ts';
import { messageOf } from './json.ts';
import type { FlagSource } from './sources/source.ts';

/**
 * Asks a source for its text, and waits no longer than the time or the signal allows.
 *
 * @throws SOURCE_FAILED, or the reason of the signal.
 */
export async function loadText(source: FlagSource, timeoutMs: number, signal: AbortSignal): Promise<string> {
  const over = new AbortController();
  const giveUp = AbortSignal.any([signal, over.signal]);
  try {
    const text = await Promise.race([source.load(giveUp), failLate(source.name, timeoutMs, giveUp)]);
    if (typeof text === 'string') return text;
    throw failed(source.name, `it answered with ${typeof text} instead of a text`);
  } catch (cause) {
    signal.throwIfAborted();
    if (FlagErrors.SOURCE_FAILED.is(cause)) throw cause;
    throw new FlagErrors.SOURCE_FAILED({ source: source.name, detail: messageOf(cause) }, { cause });
  } finally {
    over.abort();
  }
}

function failed(source: string, detail: string): Error {
  return new FlagErrors.SOURCE_FAILED({ source, detail });
}

/** Rejects after the time, or when told to end; either way no timer is left. */
function failLate(source: string, timeoutMs: number, end: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timer = setTimeout(() => reject(failed(source, `it did not answer within ${timeoutMs} ms`)), timeoutMs);
    const stop = (): void => {
      clearTimeout(timer);
      reject(end.reason);
    };
    end.addEventListener('abort', stop, { once: true });
    if (end.aborted) stop();
  });
}
