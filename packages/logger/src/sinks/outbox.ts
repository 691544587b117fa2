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
}

const done: WriteOutcome = { isDone: true };

// Writing into one buffer of our own is faster than handing text to the operating system, or making a buffer each time. A
// character takes at most three bytes of UTF-8 for each unit of text.
const sharedLength = 3 * 96 * 1024;
let shared: Buffer | undefined;

/** Lines on their way to a file descriptor, in order; a line is given up or written whole, to one descriptor. */
export class Outbox {
  #text = '';
  #textCount = 0;
  // What the operating system did not take of an earlier text. Kept as bytes: a long text is not encoded for each try.
  #left: Buffer | undefined;
  #leftCount = 0;
  // The descriptor that has the beginning of the line which is left.
  #leftFd: number | undefined;
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

  /** Writes as much as the operating system takes now. */
  writeTo(target: LineTarget): WriteOutcome {
    try {
      if (this.#left) this.#writeLeft(target, this.#left);
      if (this.#textCount > 0) this.#writeText(target);
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
    this.#leftFd = undefined;
    return given;
  }

  #writeText(target: LineTarget): void {
    const isLong = this.#text.length * 3 > sharedLength;
    const buffer = isLong ? Buffer.from(this.#text) : (shared ??= Buffer.allocUnsafeSlow(sharedLength));
    const length = isLong ? buffer.length : buffer.write(this.#text);
    const count = this.#textCount;
    let written = 0;
    let fd: number | undefined;
    try {
      fd = target.descriptorFor(length);
      written = writeSync(fd, buffer, 0, length);
    } finally {
      this.#text = '';
      this.#textCount = 0;
      this.bytes += written;
      if (written < length) {
        this.#left = Buffer.from(buffer.subarray(written, length));
        this.#leftCount = count;
        this.#leftFd = written > 0 ? fd : undefined;
      }
    }
    if (this.#left) {
      this.#writeLeft(target, this.#left);
      return;
    }
    this.written += count;
    target.wrote?.(buffer, length);
  }

  #writeLeft(target: LineTarget, bytes: Buffer): void {
    const fd = this.#leftFd ?? target.descriptorFor(bytes.length);
    this.#left = bytes;
    while (this.#left.length > 0) {
      const written = writeSync(fd, this.#left);
      this.bytes += written;
      this.#left = this.#left.subarray(written);
      this.#leftFd = fd;
    }
    this.#left = undefined;
    this.#leftFd = undefined;
    this.written += this.#leftCount;
    this.#leftCount = 0;
  }
}
