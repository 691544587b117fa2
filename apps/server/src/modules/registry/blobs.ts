// Archives on disk, each under the SHA-256 of its bytes.
// (1) A file under its final name is whole and on the disk: it is written elsewhere, synchronised and renamed.
// (2) What is served is a file that the database names; a file that it does not name is removed at the next start.
import { closeSync, createReadStream, fsync, openSync, read } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ServerErrors } from '../../errors.ts';
import { createDraft, emptyDrafts, type BlobDraft } from './draft.ts';

/** Where archives are: a folder here, a bucket elsewhere. */
export interface Blobs {
  create(): Promise<BlobDraft>;
  /** All of it, which is so many bytes; for archives that are small. */
  readAll(sha256: string, bytes: number): Promise<Buffer>;
  /** @throws ServerErrors.ARCHIVE_MISSING, STORAGE_UNAVAILABLE where that is known before the first byte */
  stream(sha256: string): Promise<Readable>;
  /** Where whoever asks finds it for the next minutes, if that is not here. @param isOpen Whether everybody may have it */
  linkTo?(sha256: string, isOpen: boolean): Promise<string | undefined>;
  remove(sha256: string): Promise<void>;
  /** Removes what is not named, and answers with how many files that were. */
  sweep(isNamed: IsNamed, signal?: AbortSignal): Promise<number>;
}

/** Which of these archives versions need. */
export type IsNamed = (sha256: readonly string[]) => Promise<ReadonlySet<string>>;

/** @throws ServerErrors.ARCHIVES_UNREADABLE when the folder cannot be made. */
export async function openBlobs(folder: string): Promise<Blobs> {
  const drafts = join(folder, 'drafts');
  try {
    await emptyDrafts(drafts);
    for (let index = 0; index < 256; index += 1) await mkdir(shard(folder, toHex(index)), { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServerErrors.ARCHIVES_UNREADABLE({ folder, reason }, { cause });
  }
  const pathOf = (sha256: string): string => join(shard(folder, sha256), sha256);
  return {
    create: () => createDraft(drafts, (path, { sha256 }) => moveTo(pathOf(sha256), path)),
    readAll: (sha256, bytes) => readWhole(pathOf(sha256), bytes),
    stream: (sha256) => Promise.resolve(createReadStream(pathOf(sha256))),
    remove: (sha256) => rm(pathOf(sha256), { force: true }),
    async sweep(isNamed) {
      let removed = 0;
      for (let index = 0; index < 256; index += 1) removed += await sweepShard(shard(folder, toHex(index)), isNamed);
      return removed;
    },
  };
}

async function moveTo(final: string, path: string): Promise<void> {
  await rename(path, final);
  await syncFolder(join(final, '..'));
}

async function sweepShard(folder: string, isNamed: IsNamed): Promise<number> {
  const files = await readdir(folder);
  if (files.length === 0) return 0;
  const named = await isNamed(files);
  const orphans = files.filter((file) => !named.has(file));
  for (const orphan of orphans) await rm(join(folder, orphan), { force: true });
  return orphans.length;
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

/** A new name is on the disk when its folder is. */
function syncFolder(folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // Only the disk is waited for in another thread, as by `readWhole`.
    const descriptor = openSync(folder, 'r');
    fsync(descriptor, (error) => {
      closeSync(descriptor);
      if (error === null) resolve();
      else reject(error);
    });
  });
}

function shard(folder: string, sha256: string): string {
  return join(folder, sha256.slice(0, 2));
}

function toHex(index: number): string {
  return index.toString(16).padStart(2, '0');
}
