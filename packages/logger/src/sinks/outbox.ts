import { writeSync } from 'node:fs';

/** How a write went: all of it, or what stopped it. */
export type WriteOutcome =
  { readonly isDone: true } | { readonly isDone: false; readonly error: NodeJS.ErrnoException };

const done: WriteOutcome = { isDone: true };

/** Lines on their way to a file descriptor, in order; a line is given up or written whole. */
export class Outbox {
  #text = '';
  #textCount = 0;
  // What the operating system did not take: the end of an earlier text.
  #left: Buffer | undefined;
  #leftCount = 0;
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
  writeTo(fd: number): WriteOutcome {
    try {
      if (this.#left) this.#writeLeft(fd, this.#left);
      if (this.#textCount > 0) this.#writeText(fd);
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
    return given;
  }

  #writeText(fd: number): void {
    const bytes = encode(this.#text);
    const written = writeSync(fd, bytes, 0, bytes.length);
    const count = this.#textCount;
    this.#text = '';
    this.#textCount = 0;
    this.bytes += written;
    if (written === bytes.length) {
      this.written += count;
      return;
    }
    this.#leftCount = count;
    this.#writeLeft(fd, Buffer.from(bytes.subarray(written)));
  }

  #writeLeft(fd: number, bytes: Buffer): void {
    this.#left = bytes;
    while (this.#left.length > 0) {
      const written = writeSync(fd, this.#left);
      this.bytes += written;
      this.#left = this.#left.subarray(written);
    }
    this.#left = undefined;
    this.written += this.#leftCount;
    this.#leftCount = 0;
  }
}

// A character takes at most three bytes of UTF-8 for each unit of text.
const sharedLength = 3 * 96 * 1024;
let shared: Buffer | undefined;

// Writing into one buffer of our own is faster than handing text to the operating system, or making a buffer each time.
function encode(text: string): Buffer {
  if (text.length * 3 > sharedLength) return Buffer.from(text);
  shared ??= Buffer.allocUnsafeSlow(sharedLength);
  return shared.subarray(0, shared.write(text));
}
