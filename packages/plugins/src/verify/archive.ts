// (1) Nothing of an archive is handed out before its header, its type and its path have been judged.
// (2) No more is decompressed than the limits allow, and no more is held in memory than one file.
// (3) What two readers could understand differently is refused: sparse files, paths for all entries, bytes after the end.
import { readBytes, type ByteReader } from './byte-reader.ts';
import { defaultLimits, type ArchiveLimits, type Limits } from './archive-limits.ts';
import { pathProblem, SeenPaths } from './archive-paths.ts';
import { gunzip, type ByteSource } from './gunzip.ts';
import { archiveRefused, type Place } from './refuse-archive.ts';
import { blockBytes, decode, isZero, readHeader, type Header } from './tar-header.ts';
import { readPax } from './tar-pax.ts';

export interface ReadArchiveOptions extends ArchiveLimits {
  readonly signal?: AbortSignal;
}

/** One file of a package. Modes and times are not read: a plugin has no use for them. */
export interface ArchiveFile {
  /** From the folder of the package, with slashes: `dist/index.js`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads the files of a package as `npm pack` writes it, one after the other.
 *
 * @throws ARCHIVE_REFUSED, which names the entry: links, devices, paths that lead out, two files that would be one on some
 *   system, more than the limits allow, damage.
 */
export async function* readArchive(source: ByteSource, options: ReadArchiveOptions = {}): AsyncGenerator<ArchiveFile> {
  const limits = { ...defaultLimits, ...options };
  const reader = readBytes(gunzip(source, limits.maxBytes, options.signal));
  try {
    yield* readEntries({ reader, limits, seen: new SeenPaths() });
  } finally {
    await reader.close();
  }
}

interface Reading {
  readonly reader: ByteReader;
  readonly limits: Limits;
  readonly seen: SeenPaths;
}

/** What the headers before an entry say about it. */
interface Ahead {
  path?: string;
  size?: number;
}

async function* readEntries(reading: Reading): AsyncGenerator<ArchiveFile> {
  const { limits } = reading;
  let top: string | undefined;
  let ahead: Ahead = {};
  for (let entry = 1; ; entry += 1) {
    const header = await nextHeader(reading, entry);
    if (header === undefined) return expectNothingMore(ahead, entry);
    if (entry > limits.maxEntries) throw archiveRefused({ entry }, `there are more than ${limits.maxEntries} entries`);
    if (isAhead(header)) {
      ahead = { ...ahead, ...(await readAhead(header, reading, { entry })) };
      continue;
    }
    const { type, size, path } = { ...header, ...ahead };
    ahead = {};
    const inside = judge({ type, size, path }, reading, { entry, path }, (folder) => (top ??= folder) === folder);
    const bytes = await readBody(size, reading, { entry, path });
    if (inside !== undefined) yield { path: inside, bytes };
  }
}

async function nextHeader({ reader }: Reading, entry: number): Promise<Header | undefined> {
  const block = await reader.take(blockBytes);
  if (block.length < blockBytes) throw archiveRefused({ entry }, 'the archive ends before its end is marked');
  if (isZero(block)) return await expectEnd(reader, entry);
  const header = readHeader(block);
  if (typeof header === 'string') throw archiveRefused({ entry }, header);
  return header;
}

/** After two blocks of zeros there may be more zeros, and nothing else. */
async function expectEnd(reader: ByteReader, entry: number): Promise<undefined> {
  let block = await reader.take(blockBytes);
  if (block.length < blockBytes) throw archiveRefused({ entry }, 'the archive ends before its end is marked');
  while (block.length > 0) {
    if (!isZero(block)) throw archiveRefused({ entry }, 'something follows after the end of the archive');
    block = await reader.take(blockBytes);
  }
  return undefined;
}

function expectNothingMore(ahead: Ahead, entry: number): void {
  if (ahead.path !== undefined || ahead.size !== undefined) throw archiveRefused({ entry }, 'a header has no entry');
}

/** Headers that only say something about the next entry. */
function isAhead({ type }: Header): boolean {
  return type === 'x' || type === 'g' || type === 'L';
}

const mostHeaderBytes = 64 * 1024;

async function readAhead({ type, size }: Header, reading: Reading, place: Place): Promise<Ahead> {
  if (size > mostHeaderBytes) throw archiveRefused(place, `its long header has ${size} bytes`);
  const bytes = await readBody(size, reading, place);
  if (type === 'L') return { path: longName(bytes, place) };
  const fields = readPax(bytes, type === 'g');
  if (typeof fields === 'string') throw archiveRefused(place, fields);
  return fields;
}

/** How GNU's tar writes a long path. */
function longName(bytes: Uint8Array, place: Place): string {
  const end = bytes.indexOf(0);
  const path = decode(end === -1 ? bytes : bytes.subarray(0, end));
  if (path === undefined) throw archiveRefused(place, 'its path is not UTF-8');
  return path;
}

/** The path inside the package; nothing for a folder. @throws ARCHIVE_REFUSED */
function judge(
  { type, size, path }: Header,
  { limits, seen }: Reading,
  place: Place,
  isSameTop: (top: string) => boolean,
): string | undefined {
  const isFolder = type === '5';
  if (!isFolder && type !== '0')
    throw archiveRefused(place, `it is ${kinds[type] ?? `of the unknown type ${JSON.stringify(type)}`}`);
  const clean = isFolder ? path.replace(/\/$/, '') : path;
  const [top = '', ...rest] = clean.split('/');
  const problem = pathProblem(clean, limits) ?? sizeProblem(isFolder, size, limits);
  if (problem !== undefined) throw archiveRefused(place, problem);
  if (rest.length === 0 && !isFolder) throw archiveRefused(place, 'it lies outside the folder of the package');
  if (!isSameTop(top)) throw archiveRefused(place, 'it lies in another folder than the entries before it');
  if (rest.length === 0) return undefined;
  const inside = rest.join('/');
  const clash = seen.add(inside, isFolder);
  if (clash !== undefined) throw archiveRefused(place, clash);
  return isFolder ? undefined : inside;
}

const kinds: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a character device',
  '4': 'a block device',
  '6': 'a named pipe',
  '7': 'a contiguous file',
  K: 'a link with a long target',
  S: 'a sparse file',
};

function sizeProblem(isFolder: boolean, size: number, { maxFileBytes }: Limits): string | undefined {
  if (isFolder && size > 0) return `it is a folder of ${size} bytes`;
  return size > maxFileBytes ? `it has ${size} bytes, and at most ${maxFileBytes} are allowed` : undefined;
}

/** The bytes of an entry, without what fills its last block. */
async function readBody(size: number, { reader }: Reading, place: Place): Promise<Uint8Array> {
  const whole = Math.ceil(size / blockBytes) * blockBytes;
  const bytes = await reader.take(whole);
  if (bytes.length < whole)
    throw archiveRefused(place, `the archive ends inside of it, after ${bytes.length} of ${size} bytes`);
  return bytes.subarray(0, size);
}
