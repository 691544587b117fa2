// A process that is killed leaves half a line at the end of a file: the kernel stops a write between two pages. The next
// line, of this process started anew or of another one, would grow together with it and be lost.
//
// (1) Nothing is looked at before a write: only after it is certain that whoever wrote before is done.
// (2) Half a line before a line of ours is made into spaces, which JSON allows before a value. No byte moves, so nothing
//     that other processes write meanwhile is touched.
// (3) A process that writes a file alone pays one `fstat` for each batch, and nothing for single lines.
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

const newline = 0x0a;
const smallBytes = 4096;
const sharedMs = 10_000;
const mostForeignBytes = 4 * 1024 * 1024;
const chunkLength = 64 * 1024;

/** Keeps the lines of one file apart from what killed processes left in it. */
export class LineStarts {
  #fd = -1;
  #path = '';
  // Where the file ended when this process last wrote, and whether a line ended there.
  #end = 0;
  #endsLine = true;
  #sharedUntil = -Infinity;

  /** Begins with a file that has been opened for reading and appending. */
  begin(fd: number, path: string, size: number): void {
    this.#fd = fd;
    this.#path = path;
    this.#end = size;
    this.#endsLine = size === 0;
  }

  /** Learns the size of the file from somebody who looked. */
  look(size: number): void {
    if (size === this.#end) return;
    if (size < this.#end) {
      // Somebody cut the file, which is no sign of another writer.
      this.#end = size;
      this.#endsLine = size === 0;
      return;
    }
    this.#sharedUntil = performance.now() + sharedMs;
    this.#endsLine = false;
  }

  /**
   * Looks whether lines that were just written begin where a line begins, and sees to it that they do. The lines are the
   * first bytes of the buffer.
   */
  wrote(buffer: Uint8Array, length: number): void {
    const isKnown = this.#endsLine && length < smallBytes;
    if (isKnown && (this.#sharedUntil === -Infinity || performance.now() > this.#sharedUntil)) {
      this.#end += length;
      return;
    }
    const start = this.#startOf(buffer, length);
    if (start === undefined) return;
    if (start > 0 && !(this.#endsLine && start === this.#end)) {
      if (byteAt(this.#fd, start - 1) !== newline) blankBefore(this.#fd, this.#path, start);
    }
    this.#end = start + length;
    this.#endsLine = true;
  }

  /** Where the lines stand in the file; another process may have written before and after them. */
  #startOf(buffer: Uint8Array, length: number): number | undefined {
    const { size } = fstatSync(this.#fd);
    if (size === this.#end + length) return this.#end;
    // The file was cut, and these lines are all it has.
    if (size === length) return 0;
    if (size > this.#end + length) this.#sharedUntil = performance.now() + sharedMs;
    const lines = buffer.subarray(0, length);
    const from = Math.max(0, Math.min(this.#end, size - length), size - length - mostForeignBytes);
    const bytes = readAt(this.#fd, from, size - from);
    const found = bytes.subarray(-length).equals(lines) ? bytes.length - length : bytes.lastIndexOf(lines);
    if (found !== -1) return from + found;
    // Somebody cut the file, or wrote more than is worth reading.
    this.#end = size;
    this.#endsLine = false;
    return undefined;
  }
}

/** Makes the half line that ends at a place into spaces. */
function blankBefore(fd: number, path: string, end: number): void {
  const start = lastLineEnd(fd, end) + 1;
  // A descriptor for appending writes at the end only.
  const writable = openSync(path, 'r+');
  try {
    if (fstatSync(writable).ino === fstatSync(fd).ino) {
      writeSync(writable, Buffer.alloc(end - start, ' '), 0, end - start, start);
    }
  } finally {
    closeSync(writable);
  }
}

/** The place of the last line end before a place, or -1. */
export function lastLineEnd(fd: number, before: number): number {
  for (let end = before; end > 0;) {
    const start = Math.max(0, end - chunkLength);
    const found = readAt(fd, start, end - start).lastIndexOf(newline);
    if (found !== -1) return start + found;
    end = start;
  }
  return -1;
}

/** True when the file of that size ends with these bytes. */
export function endsWith(fd: number, size: number, bytes: Uint8Array): boolean {
  return size >= bytes.length && readAt(fd, size - bytes.length, bytes.length).equals(bytes);
}

function byteAt(fd: number, place: number): number | undefined {
  return readAt(fd, place, 1)[0];
}

function readAt(fd: number, place: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, place));
}
