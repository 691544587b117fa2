// Longer than 120 lines: the automaton of a tar archive. It is read once, piece by piece, and nothing of it is written.
// (1) What npm would unpack somewhere else, or as something else than a file, is refused.
// (2) Nothing is unpacked beyond the limits: a bomb is left where it grows too large.
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import { isSeaworthyError } from '@seaworthy/errors';
import { ServerErrors } from '../../errors.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { blockBytes, readPax, readTarHeader, refuse, type TarHeader } from './tar-header.ts';

export interface ArchiveContents {
  /** The text of `package.json`. */
  readonly packageJson: string;
  readonly files: number;
  readonly bytes: number;
  readonly hasShrinkwrap: boolean;
}

export interface ArchiveLimits {
  /** Unpacked, in bytes. @default 536870912 */
  readonly unpackedBytes?: number;
  /** @default 100000 */
  readonly entries?: number;
}

const packageJsonBytes = 1_048_576;
const extendedBytes = 65_536;

/** Looks through an archive. @throws ServerErrors.ARCHIVE_REFUSED */
export async function readArchive(
  archive: AsyncIterable<Uint8Array>,
  limits: ArchiveLimits = {},
): Promise<ArchiveContents> {
  const reader = new ArchiveReader(limits);
  try {
    await pipeline(archive, createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) reader.push(chunk);
    });
  } catch (cause) {
    if (isSeaworthyError(cause)) throw cause;
    const reason = 'it is damaged, or not compressed by gzip';
    throw new ServerErrors.ARCHIVE_REFUSED({ reason }, { cause });
  }
  return reader.end();
}

class ArchiveReader {
  readonly #unpackedLimit: number;
  readonly #entriesLimit: number;
  readonly #header = new GrowingBytes();
  /** Of the entry that is being read: what is left of it, and what is left until the next header. */
  #rest = 0;
  #padding = 0;
  #wanted: { readonly use: (content: Buffer) => void; readonly content: GrowingBytes } | undefined;
  /** What precedes an entry says of it. */
  #longPath: string | undefined;
  #longBytes: number | undefined;
  #packageJson: string | undefined;
  #hasShrinkwrap = false;
  #files = 0;
  #entries = 0;
  #bytes = 0;
  #unpacked = 0;
  #isOver = false;

  constructor({ unpackedBytes = 536_870_912, entries = 100_000 }: ArchiveLimits) {
    this.#unpackedLimit = unpackedBytes;
    this.#entriesLimit = entries;
  }

  push(chunk: Buffer): void {
    this.#unpacked += chunk.length;
    if (this.#unpacked > this.#unpackedLimit) refuse(`it unpacks to more than ${this.#unpackedLimit} bytes`);
    let at = 0;
    while (at < chunk.length && !this.#isOver) at += this.#readSome(chunk.subarray(at));
  }

  end(): ArchiveContents {
    if (this.#rest > 0 || this.#header.length > 0) refuse('it ends in the middle of an entry');
    if (this.#packageJson === undefined) refuse('it has no package.json in its top folder');
    return {
      packageJson: this.#packageJson,
      files: this.#files,
      bytes: this.#bytes,
      hasShrinkwrap: this.#hasShrinkwrap,
    };
  }

  /** Answers with how much of the piece was read. */
  #readSome(piece: Buffer): number {
    if (this.#rest > 0) return this.#readContent(piece);
    if (this.#padding > 0) {
      const skipped = Math.min(this.#padding, piece.length);
      this.#padding -= skipped;
      return skipped;
    }
    const taken = Math.min(blockBytes - this.#header.length, piece.length);
    this.#header.add(piece.subarray(0, taken));
    if (this.#header.length === blockBytes) this.#beginEntry(this.#header.take());
    return taken;
  }

  #readContent(piece: Buffer): number {
    const taken = Math.min(this.#rest, piece.length);
    this.#wanted?.content.add(piece.subarray(0, taken));
    this.#rest -= taken;
    if (this.#rest === 0) this.#endEntry();
    return taken;
  }

  #beginEntry(block: Buffer): void {
    // A block of zeros ends the archive; what follows it is not unpacked by anybody.
    if (block.every((byte) => byte === 0)) {
      this.#isOver = true;
      return;
    }
    this.#entries += 1;
    if (this.#entries > this.#entriesLimit) refuse(`it has more than ${this.#entriesLimit} entries`);
    const header = readTarHeader(block);
    const isAboutNext = ['x', 'g', 'L', 'K'].includes(header.type);
    const bytes = isAboutNext ? header.bytes : (this.#longBytes ?? header.bytes);
    this.#rest = bytes;
    this.#padding = (blockBytes - (bytes % blockBytes)) % blockBytes;
    if (isAboutNext) this.#readAboutNext(header);
    else this.#readEntry({ ...header, bytes, path: this.#longPath ?? header.path });
    if (this.#rest === 0) this.#endEntry();
  }

  #readAboutNext({ type, bytes }: TarHeader): void {
    if (bytes > extendedBytes) refuse(`an extended header is larger than ${extendedBytes} bytes`);
    this.#want((content) => {
      if (type === 'L') this.#longPath = content.toString().replace(/\0.*$/s, '');
      else if (type !== 'K') this.#heed(readPax(content), type === 'g');
    });
  }

  #heed(records: ReadonlyMap<string, string>, isForAll: boolean): void {
    const [path, size] = [records.get('path'), records.get('size')];
    if (isForAll && (path ?? size) !== undefined) refuse('a global header has a path or a size');
    if (path !== undefined) this.#longPath = path;
    if (size === undefined) return;
    if (!/^\d{1,15}$/.test(size)) refuse('an extended header has a size that is no number');
    this.#longBytes = Number(size);
  }

  #readEntry({ path, bytes, type }: TarHeader): void {
    [this.#longPath, this.#longBytes] = [undefined, undefined];
    const problem = wrongWithPath(path);
    if (problem !== undefined) refuse(`the entry ${JSON.stringify(path.slice(0, 100))} ${problem}`);
    if (type === '5') return;
    if (type !== '0' && type !== '7') refuse(`the entry ${JSON.stringify(path.slice(0, 100))} is ${nameOf(type)}`);
    this.#files += 1;
    this.#bytes += bytes;
    // npm leaves out the top folder, whatever it is called; some file systems do not tell upper case from lower case.
    const inPackage = path.split('/').slice(1).join('/').toLowerCase();
    if (inPackage === 'npm-shrinkwrap.json') this.#hasShrinkwrap = true;
    if (inPackage === 'package.json') this.#readPackageJson(bytes);
  }

  #readPackageJson(bytes: number): void {
    if (this.#packageJson !== undefined) refuse('it has more than one package.json');
    if (bytes > packageJsonBytes) refuse(`its package.json is larger than ${packageJsonBytes} bytes`);
    // An empty one has no content that would be waited for.
    this.#packageJson = '';
    this.#want((content) => (this.#packageJson = content.toString()));
  }

  #want(use: (content: Buffer) => void): void {
    this.#wanted = { use, content: new GrowingBytes() };
  }

  #endEntry(): void {
    const wanted = this.#wanted;
    this.#wanted = undefined;
    wanted?.use(wanted.content.take());
  }
}

function wrongWithPath(path: string): string | undefined {
  if (path === '' || path.includes('\0')) return 'has no name';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || path.includes('\\'))
    return 'has an absolute path or a backslash';
  const parts = path.replace(/\/$/, '').split('/');
  if (parts.includes('..')) return 'leads out of its folder';
  // Two names of one file would hide one of its contents.
  return parts.includes('.') || parts.includes('') ? 'has a part that says nothing' : undefined;
}

function nameOf(type: string): string {
  return (
    { '1': 'a hard link', '2': 'a symbolic link', '3': 'a device', '4': 'a device', '6': 'a pipe' }[type] ?? 'no file'
  );
}
