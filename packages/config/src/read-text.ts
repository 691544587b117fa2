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
  const found = node.fs.statSync(path);
  const isCurrent = (): boolean => isSame(found, node.fs.statSync(path, { throwIfNoEntry: false }));
  if (found.isFile() && found.size <= smallBytes) return { text: node.fs.readFileSync(path, 'utf8'), isCurrent };
  return readLater(path, context.signal, isCurrent);
}

async function readLater(path: string, signal: AbortSignal, isCurrent: () => boolean): Promise<FileText> {
  return { text: await node.fs.promises.readFile(path, { encoding: 'utf8', signal }), isCurrent };
}

function isSame(was: Stats, now: Stats | undefined): boolean {
  return now !== undefined && was.ino === now.ino && was.mtimeMs === now.mtimeMs && was.size === now.size;
}

/** For a file that is not there. */
export function stillMissing(path: string): () => boolean {
  return () => !node.fs.existsSync(path);
}
