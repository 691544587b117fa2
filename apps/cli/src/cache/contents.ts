import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { contentOf } from '../project/read.ts';
import type { Walk } from '../project/walk.ts';

const atOnce = 200;

/** The same walk, with what every file holds as a hash; a signal is heard between files. */
export async function withContents(root: string, walk: Walk, signal?: AbortSignal): Promise<Walk> {
  const entries: Walk['entries'][number][] = [];
  for (const [index, entry] of walk.entries.entries()) {
    if (index % atOnce === 0) {
      await nextTurn();
      signal?.throwIfAborted();
    }
    entries.push(entry.isFile ? { ...entry, content: contentOf(join(root, entry.path), entry.bytes) } : entry);
  }
  return { ...walk, entries };
}
