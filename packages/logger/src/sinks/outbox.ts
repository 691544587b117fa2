import { writeSync } from 'node:fs';

/** How a write went: all of it, or what stopped it. */
export type WriteOutcome =
  { readonly isDone: true } | { readonly isDone: false; readonly error: NodeJS.ErrnoException };

/** Where whole lines go. */
export interface LineTarget {
  /** The descriptor for so many bytes of lines. May throw. */
  descriptorFor(size: number): number;
  /** Told after lines were written at once, and the file ended a line before them or not. They begin the buffer. */
  wrote?(buffer: Uint8Array, length: number): void;
  /** True when half a line that was written is still the end of what is there; without this, it always is. */
  endsWith?(half: Uint8Array): boolean;
}

const done: WriteOutcome = { isDone: true };
const newline = 0x0a;

// Writing into one buffer of our own is faster than handing text to the operating system, or making a buffer each time. A
// character takes at most three bytes of UTF-8 for each unit of text.
const sharedLength = 3 * 96 * 1024;
let shared: Buffer | undefined;
// How often it was filled.
let fillings = 0;

/** Lines on their way to a file descriptor, in order; a line is given up or written whole, to one descriptor. */
export class Outbox {
  #text = '';
  #textCount = 0;
  // What the operating system did not take of an earlier text, from the beginning of a line on. Kept as bytes: a long text
  // is not encoded for each try.
  #left: Buffer | undefined;
  #leftCount = 0;
  // False where a record takes several lines, so that nobody can tell how many of them are written.
  #isLineEach = true;
  // So many bytes of it are written, which are half a line, to this descriptor.
  #halfLength = 0;
  #halfFd = -1;
  written = 0;
  bytes = 0;

  /** Lines waiting. */
  get count(): number {
    return this.#textCount + this.#leftCount;
  }

  /** Bytes waiting; the text counts by its characters, which is close and free. */
  get size(): number {
    return this.#text.length + (this.#left?.length ?? 0);
  }

  add(line: string): void {
    this.#text += line;
    this.#textCount += 1;
  }

  /** Writes as much as the operating system takes now. While it does, lines may be added; it is not called again. */
  writeTo(target: LineTarget): WriteOutcome {
    try {
      if (this.#left) this.#writeLeft(target);
      // What the target tells of may be logged, and waits behind what is being written.
      while (this.#textCount > 0) this.#writeText(target);
      return done;
    } catch (error) {
      return { isDone: false, error: error as NodeJS.ErrnoException };
    }
  }

  /** Gives up what waits, and tells how many lines that is. */
  clear(): number {
    const given = this.count;
    this.#text = '';
    this.#textCount = 0;
    this.#left = undefined;
    this.#leftCount = 0;
    this.#halfLength = 0;
    return given;
  }

  #writeText(target: LineTarget): void {
    const text = this.#text;
    const isLong = text.length * 3 > sharedLength;
    const buffer = isLong ? Buffer.from(text) : (shared ??= Buffer.allocUnsafeSlow(sharedLength));
    const length = isLong ? buffer.length : buffer.write(text);
    const filling = (fillings += 1);
    const count = this.#textCount;
    let written = 0;
    let fd = -1;
    try {
      fd = target.descriptorFor(length);
      if (filling !== fillings && !isLong) buffer.write(text);
      written = writeSync(fd, buffer, 0, length);
    } finally {
      this.#text = this.#textCount === count ? '' : this.#text.slice(text.length);
      this.#textCount = Math.max(0, this.#textCount - count);
      if (written < length) {
        if (filling !== fillings && !isLong) buffer.write(text);
        this.#left = Buffer.from(buffer.subarray(0, length));
        this.#leftCount = count;
        this.#isLineEach = linesIn(this.#left) === count;
        this.#halfFd = fd;
        this.#advance(written);
      }
    }
    if (this.#left) {
      this.#writeLeft(target);
      return;
    }
    this.bytes += written;
    this.written += count;
    target.wrote?.(buffer, length);
  }

  #writeLeft(target: LineTarget): void {
    const half = this.#left?.subarray(0, this.#halfLength);
    if (half && half.length > 0 && target.endsWith?.(half) === false) {
      // Somebody has moved, deleted or cut the file: the line is begun anew.
      this.bytes -= half.length;
      this.#halfLength = 0;
    }
    while (this.#left) {
      const size = this.#left.length - this.#halfLength;
      if (this.#halfLength === 0) this.#halfFd = target.descriptorFor(size);
      this.#advance(writeSync(this.#halfFd, this.#left, this.#halfLength, size));
    }
  }

  /** Goes on behind so many more bytes that are written. */
  #advance(length: number): void {
    const left = this.#left;
    if (!left) return;
    this.bytes += length;
    const end = this.#halfLength + length;
    const lineStart = end === 0 ? 0 : left.lastIndexOf(newline, end - 1) + 1;
    const isAll = end === left.length;
    this.#countWritten(left.subarray(0, lineStart), isAll);
    this.#halfLength = isAll ? 0 : end - lineStart;
    this.#left = isAll ? undefined : left.subarray(lineStart);
  }

  #countWritten(passed: Uint8Array, isAll: boolean): void {
    const count = isAll ? this.#leftCount : this.#isLineEach ? linesIn(passed) : 0;
    this.written += count;
    this.#leftCount -= count;
  }
}

function linesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}
