import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { contentOf } from '../project/read.ts';
import type { Entry, Walk } from '../project/walk.ts';
import type { Stamps } from './stamps.ts';

const atOnce = 200;

/** The same walk, with what every file holds as a hash; what nobody has written to is not read again. A signal is heard between files. */
export async function withContents(root: string, walk: Walk, stamps: Stamps, signal?: AbortSignal): Promise<Walk> {
  const entries: Entry[] = [];
  for (const [index, entry] of walk.entries.entries()) {
    if (index % atOnce === 0) {
      await nextTurn();
      signal?.throwIfAborted();
    }
    entries.push(entry.isFile ? withContent(root, entry, stamps) : entry);
  }
  return { ...walk, entries };
}

function withContent(root: string, entry: Entry, stamps: Stamps): Entry {
  const { path, bytes, isFile } = entry;
  const known = stamps.contentOf(entry);
  if (known !== undefined) return { path, bytes, isFile, content: known };
  const content = contentOf(join(root, path), bytes);
  stamps.set(entry, content);
  return { path, bytes, isFile, content };
}
