import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArchive, type ReadArchiveOptions } from './archive.ts';
import { defaultLimits, type Limits } from './archive-limits.ts';
import type { ByteSource } from './gunzip.ts';
import { fileDigest } from './file-digest.ts';
import { archiveRefused } from './refuse-archive.ts';

/** The files of a package, and one digest for all of them. */
export interface PackageTree {
  /** `sha512-…` over the paths and contents of all files; the same for an archive and for a folder it was unpacked to. */
  readonly digest: string;
  /** `sha512-…` of each file, by its path from the folder of the package. */
  readonly files: ReadonlyMap<string, string>;
}

/** The digest of the files in a packed package. @throws ARCHIVE_REFUSED */
export async function digestArchive(source: ByteSource, options: ReadArchiveOptions = {}): Promise<PackageTree> {
  const files = new Map<string, string>();
  for await (const { path, bytes } of readArchive(source, options)) files.set(path, fileDigest(bytes));
  return treeOf(files);
}

/** The digest of the files in a folder. @throws ARCHIVE_REFUSED for links and other things that are no files, and for limits */
export async function digestFolder(folder: URL | string, options: ReadArchiveOptions = {}): Promise<PackageTree> {
  const root = typeof folder === 'string' ? folder : fileURLToPath(folder);
  const walk: Walk = { root, limits: { ...defaultLimits, ...options }, signal: options.signal, entries: 0, bytes: 0 };
  const paths: string[] = [];
  await listFolder('', walk, paths);
  const files = new Map<string, string>();
  for (let at = 0; at < paths.length; at += atOnce) {
    const some = paths.slice(at, at + atOnce);
    const digests = await Promise.all(some.map((path) => digestFile(path, walk)));
    for (const [index, path] of some.entries()) files.set(path, digests[index] ?? '');
  }
  return treeOf(files);
}

/** Puts the digest of all files together. Paths are sorted by their UTF-16 units: the same on every machine. */
export function treeOf(files: ReadonlyMap<string, string>): PackageTree {
  const hash = createHash('sha512').update('seaworthy-tree-1\n');
  const paths = [...files.keys()].toSorted();
  for (const path of paths) hash.update(`${JSON.stringify([path, files.get(path)])}\n`);
  return { digest: `sha512-${hash.digest('base64')}`, files };
}

/** How one tree differs from another: at most `most` sentences. */
export function treeChanges(before: PackageTree, after: PackageTree, most = 3): readonly string[] {
  const changes = [...new Set([...before.files.keys(), ...after.files.keys()])].toSorted().flatMap((path) => {
    const [old, now] = [before.files.get(path), after.files.get(path)];
    if (old === now) return [];
    if (old === undefined) return [`${JSON.stringify(path)} was added`];
    return [`${JSON.stringify(path)} was ${now === undefined ? 'removed' : 'changed'}`];
  });
  const more = changes.length - most;
  return more > 0 ? [...changes.slice(0, most), `and ${more} more`] : changes;
}

interface Walk {
  readonly root: string;
  readonly limits: Limits;
  readonly signal: AbortSignal | undefined;
  entries: number;
  bytes: number;
}

/** How many files are read at the same time. */
const atOnce = 8;

async function listFolder(path: string, walk: Walk, paths: string[]): Promise<void> {
  walk.signal?.throwIfAborted();
  const depth = path === '' ? 0 : path.split('/').length;
  if (depth > walk.limits.maxDepth) throw refused(path, `it lies deeper than ${walk.limits.maxDepth} folders`, walk);
  const found = await readdir(join(walk.root, path), { withFileTypes: true });
  for (const each of found.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const full = path === '' ? each.name : `${path}/${each.name}`;
    walk.entries += 1;
    if (walk.entries > walk.limits.maxEntries) {
      throw refused(full, `there are more than ${walk.limits.maxEntries} files`, walk);
    }
    if (each.isDirectory()) await listFolder(full, walk, paths);
    else if (each.isFile()) paths.push(full);
    else throw refused(full, `it is ${each.isSymbolicLink() ? 'a link' : 'no ordinary file'}`, walk);
  }
}

/** Opened without following a link, so that what is read is what was listed. */
async function digestFile(path: string, walk: Walk): Promise<string> {
  walk.signal?.throwIfAborted();
  const { limits } = walk;
  const file = await open(join(walk.root, path), constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = await file.stat();
    walk.bytes += size;
    if (size > limits.maxFileBytes) {
      throw refused(path, `it has ${size} bytes, and at most ${limits.maxFileBytes} are allowed`, walk);
    }
    if (walk.bytes > limits.maxBytes) throw refused(path, `there are more than ${limits.maxBytes} bytes`, walk);
    return fileDigest(await file.readFile());
  } finally {
    await file.close();
  }
}

function refused(path: string, reason: string, { entries }: Walk): Error {
  return archiveRefused({ entry: entries, path }, reason);
}
