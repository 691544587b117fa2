import type { Stats } from 'node:fs';
import { node } from './node.ts';

/** A text, and whether its file is still the one that was read. */
export interface FileText {
  readonly text: string;
  readonly isCurrent: () => boolean;
}

const smallBytes = 1_048_576;

/**
 * Reads a text file. A small one is read at once: that takes a tenth of the time, and leaves no moment in between for a
 * writer. Anything else, such as a pipe that nobody writes to, is waited for until the signal aborts, which is asked for
 * only then.
 */
export function readText(path: string, context: { readonly signal: AbortSignal }): FileText | Promise<FileText> {
  const { fs } = node;
  // What is looked at is what is read: the path may lead elsewhere a moment later, and asking it first takes longer. A pipe
  // is opened without waiting for who writes to it; where there is no such flag it counts as 0.
  const descriptor = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  let isOurs = true;
  try {
    const found = fs.fstatSync(descriptor);
    const isCurrent = (): boolean => isSame(found, fs.statSync(path, { throwIfNoEntry: false }));
    if (found.isFile() && found.size <= smallBytes) return { text: readAtOnce(descriptor, found.size), isCurrent };
    isOurs = false;
    return readLater(path, { descriptor, isPipe: found.isFIFO() }, context.signal, isCurrent);
  } finally {
    if (isOurs) fs.closeSync(descriptor);
  }
}

/** Up to the end, which a writer may have moved since the size was asked for. */
function readAtOnce(descriptor: number, size: number): string {
  let bytes = Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (;;) {
    const read = node.fs.readSync(descriptor, bytes, length, bytes.length - length, null);
    length += read;
    if (read === 0 || (length >= size && length < bytes.length)) return decode(bytes, length);
    if (length === bytes.length) bytes = Buffer.concat([bytes], length * 2);
  }
}

const replacement = '\uFFFD';

/** Refuses what is no UTF-8: a password in another encoding would be another password. */
function decode(bytes: Buffer, length = bytes.length): string {
  const text = bytes.toString('utf8', 0, length);
  if (!text.includes(replacement)) return text;
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length));
}

interface Opened {
  readonly descriptor: number;
  readonly isPipe: boolean;
}

async function readLater(
  path: string,
  { descriptor, isPipe }: Opened,
  signal: AbortSignal,
  isCurrent: () => boolean,
): Promise<FileText> {
  const { fs } = node;
  try {
    const text = isPipe ? await readPipe(descriptor, signal) : decode(await fs.promises.readFile(path, { signal }));
    return { text, isCurrent };
  } finally {
    fs.closeSync(descriptor);
  }
}

const pollMs = 5;

/**
 * Asks again and again: a read that waits would hold a thread until somebody writes, and who opens a pipe a second time
 * may come after its only writer has gone. A pipe without a writer ends at once, so only what comes after a text is its end.
 */
async function readPipe(descriptor: number, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  const buffer = Buffer.allocUnsafe(65_536);
  for (;;) {
    signal.throwIfAborted();
    const length = readNow(descriptor, buffer);
    if (length === 0 && chunks.length > 0) return decode(Buffer.concat(chunks));
    if (length !== undefined && length > 0) chunks.push(Buffer.from(buffer.subarray(0, length)));
    else await pause(pollMs);
  }
}

/** `undefined` while a writer is there and has not written. */
function readNow(descriptor: number, buffer: Buffer): number | undefined {
  try {
    return node.fs.readSync(descriptor, buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function isSame(was: Stats, now: Stats | undefined): boolean {
  return now !== undefined && was.ino === now.ino && was.mtimeMs === now.mtimeMs && was.size === now.size;
}

/** For a file that is not there. */
export function stillMissing(path: string): () => boolean {
  return () => !node.fs.existsSync(path);
}
