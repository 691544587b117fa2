import { join } from 'node:path';
import type { Entry } from '../project/walk.ts';
import { keep, readKept } from './store.ts';

/** What files held when they were last read, by what the file system says of them. */
export interface Stamps {
  /** What a file holds, if it is known and nothing has written to it since. */
  contentOf(entry: Entry): string | undefined;
  /** Remembers what a file holds. */
  set(entry: Entry, content: string): void;
  /** Keeps what this run has found out, and forgets files that are gone. A place that cannot be written costs the next run its time. */
  keep(): void;
}

interface Kept {
  readonly path: string;
  readonly stamp: string;
  readonly content: string;
}

/**
 * A file that was written so shortly before it was read may be written again without its time becoming another one: some file
 * systems count in steps of two seconds.
 */
const doubtfulMs = 2_500;

/** @param now When the files were listed, as the file system counts. */
export function openStamps(directory: string, now: number): Stamps {
  const path = join(directory, 'stamps.json');
  const earlier = read(path);
  const current: Kept[] = [];
  let isNew = false;
  return {
    contentOf(entry) {
      const kept = earlier.get(entry.path);
      if (kept === undefined || kept.stamp !== stampOf(entry)) return undefined;
      current.push(kept);
      return kept.content;
    },
    set(entry, content) {
      const stamp = stampOf(entry);
      if (stamp === undefined || entry.times!.changedMs > now - doubtfulMs) return;
      current.push({ path: entry.path, stamp, content });
      isNew = true;
    },
    keep() {
      if (!isNew && current.length === earlier.size) return;
      try {
        keep(path, current);
      } catch {
        // What the report says does not depend on it.
      }
    },
  };
}

/** Every write moves the time of the change, which no program can set; a file that takes the place of another has a number of its own. */
function stampOf({ bytes, times }: Entry): string | undefined {
  if (times === undefined || times.inode === 0) return undefined;
  return `${bytes} ${times.writtenMs} ${times.changedMs} ${times.inode}`;
}

function read(path: string): ReadonlyMap<string, Kept> {
  const value = readKept(path);
  return new Map((Array.isArray(value) ? value.filter(isKept) : []).map((kept) => [kept.path, kept]));
}

function isKept(value: unknown): value is Kept {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['path', 'stamp', 'content'].every((key) => typeof Reflect.get(value, key) === 'string')
  );
}
