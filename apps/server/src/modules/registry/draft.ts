// An archive while it is received: a file, with its digests.
import { createReadStream, fdatasync } from 'node:fs';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GrowingBytes } from './growing-bytes.ts';

export interface Digests {
  readonly sha256: string;
  /** As npm writes it: `sha512-…` in base64. */
  readonly integrity: string;
  /** SHA-1 in hex, which old clients ask for. */
  readonly shasum: string;
  readonly bytes: number;
}

/** An archive that is being received. */
export interface BlobDraft {
  /** How much was written. */
  readonly bytes: number;
  write(chunk: Uint8Array): Promise<void>;
  /** Nothing is written after it. */
  end(): Promise<void>;
  /** All that was written, once it is at its end. */
  read(): AsyncIterable<Uint8Array>;
  digests(): Digests;
  /** Makes it a blob; resolves when the disk has it. */
  keep(): Promise<void>;
  /** Forgets it; nothing after it is kept. */
  discard(): Promise<void>;
}

/** By its number: Yarn's Plug'n'Play gives handles that cannot. */
const toDisk = promisify(fdatasync);

/** An archive up to this size is checked from memory, and a larger one is read again from the disk. */
const inMemoryBytes = 1_048_576;
const writtenBytes = 65_536;

/** A draft that is there belongs to a process that has ended. */
export async function emptyDrafts(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

/** @param keep Makes the file, which is on the disk as a whole, a blob; the file is removed if it is still there afterwards. */
export async function createDraft(
  folder: string,
  keep: (path: string, digests: Digests) => Promise<void>,
): Promise<BlobDraft> {
  const path = join(folder, randomUUID());
  const file = await open(path, 'wx', 0o600);
  const hashes = { sha256: createHash('sha256'), sha512: createHash('sha512'), sha1: createHash('sha1') };
  let chunks: Uint8Array[] | undefined = [];
  const pending = new GrowingBytes();
  let bytes = 0;
  let digests: Digests | undefined;
  let onDisk: Promise<void> | undefined;
  const flush = async (): Promise<void> => {
    const written = pending.take();
    if (bytes > inMemoryBytes) chunks = undefined;
    chunks?.push(written);
    await writeWhole(file, written);
  };
  const draft: BlobDraft = {
    get bytes() {
      return bytes;
    },
    async write(chunk) {
      bytes += chunk.length;
      for (const hash of Object.values(hashes)) hash.update(chunk);
      pending.add(chunk);
      if (pending.length >= writtenBytes) await flush();
    },
    read: () => (chunks === undefined ? createReadStream(path) : inOrder(chunks)),
    async end() {
      await flush();
      // While the archive is looked through the disk writes it.
      onDisk = toDisk(file.fd);
      onDisk.catch(() => undefined);
    },
    digests() {
      digests ??= {
        sha256: hashes.sha256.digest('hex'),
        integrity: `sha512-${hashes.sha512.digest('base64')}`,
        shasum: hashes.sha1.digest('hex'),
        bytes,
      };
      return digests;
    },
    async keep() {
      await (onDisk ?? toDisk(file.fd));
      await file.close();
      await keep(path, draft.digests());
    },
    async discard() {
      await onDisk?.catch(() => undefined);
      await file.close().catch(() => undefined);
      await rm(path, { force: true });
    },
  };
  return draft;
}

async function* inOrder(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let rest = chunk;
  while (rest.length > 0) rest = rest.subarray((await file.write(rest)).bytesWritten);
}
