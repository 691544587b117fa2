// Archives on disk, each under the SHA-256 of its bytes.
// (1) A file under its final name is whole and on the disk: it is written elsewhere, synchronised and renamed.
// (2) What is served is a file that the database names; a file that it does not name is removed at the next start.
import { closeSync, createReadStream, openSync, read } from 'node:fs';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ServerErrors } from '../../errors.ts';
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

/** Where archives are: a folder here, a bucket elsewhere. */
export interface Blobs {
  create(): Promise<BlobDraft>;
  /** All of it, which is so many bytes; for archives that are small. */
  readAll(sha256: string, bytes: number): Promise<Buffer>;
  stream(sha256: string): Readable;
  remove(sha256: string): Promise<void>;
  /** Removes what is not named, and answers with how many files that were. */
  sweep(isNamed: (sha256: readonly string[]) => Promise<ReadonlySet<string>>): Promise<number>;
}

/** An archive up to this size is checked from memory, and a larger one is read again from the disk. */
const inMemoryBytes = 1_048_576;
const writtenBytes = 65_536;

/** @throws ServerErrors.ARCHIVES_UNREADABLE when the folder cannot be made. */
export async function openBlobs(folder: string): Promise<Blobs> {
  const drafts = join(folder, 'drafts');
  try {
    // A draft belongs to a process that has ended.
    await rm(drafts, { recursive: true, force: true });
    await mkdir(drafts, { recursive: true });
    for (let index = 0; index < 256; index += 1) await mkdir(shard(folder, toHex(index)), { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServerErrors.ARCHIVES_UNREADABLE({ folder, reason }, { cause });
  }
  const pathOf = (sha256: string): string => join(shard(folder, sha256), sha256);
  return {
    create: () => createDraft(join(drafts, randomUUID()), pathOf),
    readAll: (sha256, bytes) => readWhole(pathOf(sha256), bytes),
    stream: (sha256) => createReadStream(pathOf(sha256)),
    remove: (sha256) => rm(pathOf(sha256), { force: true }),
    async sweep(isNamed) {
      let removed = 0;
      for (let index = 0; index < 256; index += 1) removed += await sweepShard(shard(folder, toHex(index)), isNamed);
      return removed;
    },
  };
}

async function sweepShard(
  folder: string,
  isNamed: (sha256: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<number> {
  const files = await readdir(folder);
  if (files.length === 0) return 0;
  const named = await isNamed(files);
  const orphans = files.filter((file) => !named.has(file));
  for (const orphan of orphans) await rm(join(folder, orphan), { force: true });
  return orphans.length;
}

async function createDraft(path: string, pathOf: (sha256: string) => string): Promise<BlobDraft> {
  const file = await open(path, 'wx', 0o600);
  const hashes = { sha256: createHash('sha256'), sha512: createHash('sha512'), sha1: createHash('sha1') };
  let chunks: Uint8Array[] | undefined = [];
  const pending = new GrowingBytes();
  let bytes = 0;
  let digests: Digests | undefined;
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
    end: flush,
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
      const final = pathOf(draft.digests().sha256);
      await file.datasync();
      await file.close();
      await rename(path, final);
      await syncFolder(join(final, '..'));
    },
    async discard() {
      await file.close().catch(() => undefined);
      await rm(path, { force: true });
    },
  };
  return draft;
}

/** Its length is known, so that it is opened and read: to ask for the length, and to read to the end, takes longer than both. */
function readWhole(path: string, bytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Only the reading waits for the disk. To open and close in another thread costs more than both take.
    const descriptor = openSync(path, 'r');
    read(descriptor, Buffer.allocUnsafeSlow(bytes), 0, bytes, 0, (error, found, content) => {
      closeSync(descriptor);
      if (error !== null) reject(error);
      else if (found === bytes) resolve(content);
      else
        reject(new ServerErrors.ARCHIVES_UNREADABLE({ folder: path, reason: `it has ${found} bytes, not ${bytes}` }));
    });
  });
}

async function* inOrder(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let rest = chunk;
  while (rest.length > 0) rest = rest.subarray((await file.write(rest)).bytesWritten);
}

/** A new name is on the disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function shard(folder: string, sha256: string): string {
  return join(folder, sha256.slice(0, 2));
}

function toHex(index: number): string {
  return index.toString(16).padStart(2, '0');
}
