import { fstatSync, readSync } from 'node:fs';

/** The end of a file of lines. */
export interface Tail {
  /** The last whole line, if there is one, a character for each byte. */
  readonly lastLine: string | undefined;
  /** The bytes behind it: an entry that was being written when the process was killed. */
  readonly tornBytes: number;
  /** Where the last whole line ends. */
  readonly end: number;
}

const chunkLength = 64 * 1024;

/** Reads a file backwards, as far as its last whole line. */
export function readTail(fd: number): Tail {
  const { size } = fstatSync(fd);
  let bytes = Buffer.alloc(0);
  let start = size;
  for (;;) {
    const lineEnd = bytes.lastIndexOf(0x0a);
    const lineStart = lineEnd > 0 ? bytes.lastIndexOf(0x0a, lineEnd - 1) : -1;
    if (lineStart >= 0 || (start === 0 && lineEnd >= 0)) {
      const lastLine = bytes.toString('latin1', lineStart + 1, lineEnd);
      return { lastLine, tornBytes: bytes.length - lineEnd - 1, end: start + lineEnd + 1 };
    }
    if (start === 0) return { lastLine: undefined, tornBytes: size, end: 0 };
    const length = Math.min(chunkLength, start);
    const chunk = Buffer.alloc(length);
    start -= length;
    readSync(fd, chunk, 0, length, start);
    bytes = Buffer.concat([chunk, bytes]);
  }
}
