// (1) The file is opened for appending, so several processes may write to it without cutting each other's lines.
// (2) When the path leads to another file, because this or another program moved the old one, the new one is opened.
// (3) What goes wrong with moving or opening never stops the writing: the old file stays open until a new one is.
import { closeSync, fstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { latestMs } from '../clock.ts';
import { LoggerErrors } from '../errors.ts';
import { Archive } from './archive.ts';
import { FdSink, type FdTarget } from './fd.ts';
import { readWriteOptions, type WriteOptions } from './options.ts';
import { readRotation, type Rotation, type RotateOptions } from './rotate.ts';
import type { Sink } from './sink.ts';

export interface FileOptions extends WriteOptions {
  /** Where to append; missing directories are made. */
  readonly path: string;
  /** Moves the file away when it is large or old enough. */
  readonly rotate?: RotateOptions;
}

/** Appends to a file; several processes may share it. The logger opens it. @throws FILE_NOT_OPENED when it does */
export function file(options: FileOptions): Sink {
  const { path, rotate } = options;
  const target = new FileTarget(path, rotate === undefined ? undefined : readRotation(rotate));
  return new FdSink(target, readWriteOptions(options));
}

// Looking at the path costs as much as a write, so it is not looked at for every one.
const lookEveryMs = 100;

class FileTarget implements FdTarget {
  readonly name: string;
  readonly #path: string;
  readonly #rotation: Rotation | undefined;
  readonly #archive: Archive | undefined;
  #fd = -1;
  #inode = 0;
  #size = 0;
  #lastLookMs = 0;
  #period = '';

  constructor(path: string, rotation: Rotation | undefined) {
    this.name = `file ${path}`;
    this.#path = path;
    this.#rotation = rotation;
    this.#archive = rotation ? new Archive(path, rotation) : undefined;
  }

  open(): number {
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      this.#openPath();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new LoggerErrors.FILE_NOT_OPENED({ path: this.#path, reason }, { cause });
    }
    this.#archive?.tidyLater();
    return this.#fd;
  }

  beforeWrite(size: number): number {
    const now = latestMs();
    const isDue = this.#isDue(size, now);
    if (isDue || now - this.#lastLookMs >= lookEveryMs) this.#look(now, isDue);
    this.#size += size;
    return this.#fd;
  }

  close(): void {
    this.#archive?.close();
    closeSync(this.#fd);
  }

  #isDue(size: number, now: number): boolean {
    const { sizeLimit, periodOf } = this.#rotation ?? {};
    if (sizeLimit !== undefined && this.#size > 0 && this.#size + size > sizeLimit) return true;
    return periodOf !== undefined && this.#size > 0 && periodOf(now) !== this.#period;
  }

  #look(now: number, isDue: boolean): void {
    this.#lastLookMs = now;
    try {
      const isMoved = statSync(this.#path, { throwIfNoEntry: false })?.ino !== this.#inode;
      // Another process has moved it: there is nothing left to move.
      if (isDue && !isMoved) this.#archive?.moveAway(now);
      if (isDue || isMoved) this.#openPath();
      else this.#size = fstatSync(this.#fd).size;
    } catch {
      // The old file is still open and takes the lines; the next look tries again.
    }
  }

  #openPath(): void {
    const fd = openSync(this.#path, 'a');
    if (this.#fd !== -1) closeSync(this.#fd);
    const { ino, size, mtimeMs } = fstatSync(fd);
    this.#fd = fd;
    this.#inode = ino;
    this.#size = size;
    this.#period = this.#rotation?.periodOf?.(size > 0 ? mtimeMs : Date.now()) ?? '';
  }
}
