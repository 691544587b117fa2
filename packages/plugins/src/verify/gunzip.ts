import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import { archiveRefused } from './refuse-archive.ts';

export type ByteSource = Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The chunks of a source; bytes are one chunk. */
export function chunksOf(source: ByteSource): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  return source instanceof Uint8Array ? [source] : source;
}

/** Decompresses as a reader asks, so a bomb costs no more than the limit. @throws ARCHIVE_REFUSED */
export async function* gunzip(source: ByteSource, maxBytes: number, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  // Larger than usual: each chunk is a way to another thread and back.
  const unzip = createGunzip({ chunkSize: 64 * 1024 });
  const done = pipeline(chunksOf(source), unzip, { ...(signal && { signal }) });
  // The loop below meets the same failure; until then nobody waits for this one.
  done.catch(() => {});
  let bytes = 0;
  try {
    for await (const chunk of unzip as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw archiveRefused(undefined, `it unpacks to more than ${maxBytes} bytes`);
      yield chunk;
    }
    await done;
  } catch (error) {
    signal?.throwIfAborted();
    throw isZlib(error) ? archiveRefused(undefined, `it is no complete gzip file (${error.message})`, error) : error;
  } finally {
    unzip.destroy();
  }
}

function isZlib(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
