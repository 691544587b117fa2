import { isSeaworthyError } from '@seaworthy/errors/define';
import { FlagErrors } from './errors.ts';
import { isRecord, messageOf } from './json.ts';
import type { FlagSource, LoadedFlags } from './sources/source.ts';

/**
 * Asks a source for its document, and waits no longer than the time or the signal allows.
 *
 * @throws SOURCE_FAILED, or the reason of the signal.
 */
export async function loadFrom(source: FlagSource, timeoutMs: number, signal: AbortSignal): Promise<LoadedFlags> {
  const over = new AbortController();
  const giveUp = AbortSignal.any([signal, over.signal]);
  try {
    const loaded: unknown = await Promise.race([source.load(giveUp), failLate(source.name, timeoutMs, giveUp)]);
    if (typeof loaded === 'string') return { text: loaded };
    if (isLoaded(loaded)) return loaded;
    throw failed(source.name, `it answered with ${typeof loaded} instead of a text`);
  } catch (cause) {
    signal.throwIfAborted();
    if (isSeaworthyError(cause)) throw cause;
    throw new FlagErrors.SOURCE_FAILED({ source: source.name, detail: messageOf(cause).replace(/\.$/, '') }, { cause });
  } finally {
    over.abort();
  }
}

function isLoaded(value: unknown): value is LoadedFlags {
  return isRecord(value) && typeof value['text'] === 'string';
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
