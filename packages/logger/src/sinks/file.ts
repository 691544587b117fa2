// (1) The file is opened for appending, so several processes may write to it without cutting each other's lines.
// (2) When the path leads to another file, because this or another program moved the old one, the new one is opened; a
//     directory that is gone is made again.
// (3) What goes wrong with moving or opening is told and tried again, and the old file takes the lines meanwhile. Where
//     that one is deleted, the lines wait: what is written to it nobody can read.
// (4) A line is never torn in two: not between two files, and not by what a killed process left.
import { closeSync, fstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { latestMs } from '../clock.ts';
import { LoggerErrors } from '../errors.ts';
import { tellSinkFailed } from '../events.ts';
import { expectOption, expectOptions } from '../expect-option.ts';
import { Archive } from './archive.ts';
import { FdSink, type FdTarget } from './fd.ts';
import { endsWith, LineStarts } from './line-starts.ts';
import { readWriteOptions, writeOptions, type WriteOptions } from './options.ts';
import { readRotation, type Rotation, type RotateOptions } from './rotate.ts';
import type { Sink } from './sink.ts';

export interface FileOptions extends WriteOptions {
  /** Where to append; missing directories are made. */
  readonly path: string;
  /** Moves the file away when it is large or old enough; a device or pipe stays where it is. */
  readonly rotate?: RotateOptions;
}

/** Appends to a file; several processes may share it. The logger opens it, and throws FILE_NOT_OPENED. @throws INVALID_OPTION, UNKNOWN_OPTION */
export function file(options: FileOptions): Sink {
  expectOptions<FileOptions>('options', options, { ...writeOptions, path: true, rotate: true });
  const { path, rotate } = options;
  expectOption('path', typeof path === 'string' && path !== '', 'the path of a file', path);
  const target = new FileTarget(path, rotate === undefined ? undefined : readRotation(rotate));
  return new FdSink(target, readWriteOptions(options));
}

// Looking at the path costs as much as a write, so it is not looked at for every one.
const lookEveryMs = 100;

class FileTarget implements FdTarget {
  readonly name: string;
  readonly batchBytes: number | undefined;
  readonly #path: string;
  readonly #rotation: Rotation | undefined;
  readonly #archive: Archive | undefined;
  readonly #lineStarts = new LineStarts();
  #isReadable = false;
  // A device or pipe is never moved away: it would be gone for everybody.
  #isFile = false;
  #fd = -1;
  #inode = 0;
  #size = 0;
  // By a clock that nobody sets: after a change of the time of day the path must still be looked at.
  #lastLookMs = -Infinity;
  #wallMs = -Infinity;
  #period = '';
  #isFailing = false;

  constructor(path: string, rotation: Rotation | undefined) {
    this.name = `file ${path}`;
    this.batchBytes = rotation?.sizeLimit;
    this.#path = path;
    this.#rotation = rotation;
    this.#archive = rotation ? new Archive(path, rotation) : undefined;
  }

  open(): void {
    try {
      this.#openPath();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new LoggerErrors.FILE_NOT_OPENED({ path: this.#path, reason }, { cause });
    }
    this.#archive?.open();
  }

  descriptorFor(size: number): number {
    const wallMs = latestMs();
    const isDue = this.#rotation !== undefined && this.#isDue(this.#rotation, size, wallMs);
    // Reading a clock takes longer than all else here, so it is not read twice in one millisecond.
    if (isDue || wallMs !== this.#wallMs) {
      this.#wallMs = wallMs;
      const now = performance.now();
      if ((isDue && !this.#isFailing) || now - this.#lastLookMs >= lookEveryMs) {
        this.#lastLookMs = now;
        this.#look(isDue, size);
      }
    }
    this.#size += size;
    return this.#fd;
  }

  wrote(buffer: Uint8Array, length: number): void {
    if (!this.#isReadable) return;
    try {
      this.#lineStarts.wrote(buffer, length);
    } catch (error) {
      // The lines are written; only what stands before them could not be looked at.
      this.#fail(error);
    }
  }

  endsWith(half: Uint8Array): boolean {
    if (!this.#isFile) return true;
    try {
      if (statSync(this.#path, { throwIfNoEntry: false })?.ino !== this.#inode) {
        this.#lastLookMs = -Infinity;
        this.#wallMs = -Infinity;
        return false;
      }
      const { size } = fstatSync(this.#fd);
      return this.#isReadable ? endsWith(this.#fd, size, half) : size >= half.length;
    } catch {
      // Where nobody can look, the file that is open is the one there is.
      return true;
    }
  }

  close(): void {
    this.#archive?.close();
    const fd = this.#fd;
    this.#fd = -1;
    closeSync(fd);
  }

  #isDue({ sizeLimit, periodOf }: Rotation, size: number, now: number): boolean {
    if (this.#size === 0 || !this.#isFile) return false;
    if (sizeLimit !== undefined && this.#size + size > sizeLimit) return true;
    const period = periodOf?.(now) ?? '';
    if (period >= this.#period) return period > this.#period;
    // The clock was set back: the present period ends when this one does.
    this.#period = period;
    return false;
  }

  #look(seemsDue: boolean, size: number): void {
    try {
      const isMoved = statSync(this.#path, { throwIfNoEntry: false })?.ino !== this.#inode;
      this.#size = fstatSync(this.#fd).size;
      // What a full disk did not take was counted as if it were there: an empty file must not push out a kept one.
      const isDue = seemsDue && this.#rotation !== undefined && this.#isDue(this.#rotation, size, latestMs());
      // Another process has moved it: there is nothing left to move.
      if (isDue && !isMoved) this.#archive?.moveAway(latestMs());
      if (isDue || isMoved) this.#openPath();
      else if (this.#isReadable) this.#lineStarts.look(this.#size);
      this.#isFailing = false;
    } catch (error) {
      this.#fail(error);
      if (fstatSync(this.#fd).nlink === 0) throw error;
    }
  }

  #fail(error: unknown): void {
    const isNew = !this.#isFailing;
    // Known before it is told: whoever is told may log it, through this sink too.
    this.#isFailing = true;
    if (isNew) tellSinkFailed({ sink: this.name, reason: error instanceof Error ? error.message : String(error) });
  }

  #openPath(): void {
    const [fd, isReadable] = openAppending(this.#path);
    if (this.#fd !== -1) closeSync(this.#fd);
    const status = fstatSync(fd);
    const { ino, size, mtimeMs } = status;
    this.#fd = fd;
    this.#isFile = status.isFile();
    // Nor has it lines to look at.
    this.#isReadable = isReadable && this.#isFile;
    this.#inode = ino;
    this.#size = size;
    this.#lineStarts.begin(fd, this.#path, size);
    this.#period = this.#rotation?.periodOf?.(size > 0 ? mtimeMs : Date.now()) ?? '';
  }
}

/** Opens a file, to be read as well where that is allowed; makes its directory when there is none. */
function openAppending(path: string): [fd: number, isReadable: boolean] {
  try {
    return [openSync(path, 'a+'), true];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES') return [openSync(path, 'a'), false];
    if (code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    return [openSync(path, 'a+'), true];
  }
}
