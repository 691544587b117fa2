import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Entry } from '../project/walk.ts';

/** Directories without a file of the project: so many are watched, for the files that may come. */
const mostEmpty = 256;
const neverWatched = /^(?:node_modules|dist|coverage|\.git)$/;

/** The directories in which a change may concern an audit: those with files of the project, those above and the empty ones below. */
export async function watchedDirectories(root: string, entries: readonly Entry[]): Promise<ReadonlySet<string>> {
  const withFiles = new Set(['.']);
  for (const { path } of entries) {
    for (let at = dirname(path); !withFiles.has(at); at = dirname(at)) withFiles.add(at);
  }
  const empty = await emptyBelow(root, withFiles);
  return new Set([...withFiles, ...empty].map((path) => join(root, path)));
}

async function emptyBelow(root: string, withFiles: ReadonlySet<string>): Promise<readonly string[]> {
  const empty: string[] = [];
  const waiting = [...withFiles];
  for (let at = waiting.shift(); at !== undefined && empty.length < mostEmpty; at = waiting.shift()) {
    for (const child of await list(join(root, at))) {
      const path = join(at, child.name);
      if (!child.isDirectory() || neverWatched.test(child.name) || withFiles.has(path)) continue;
      empty.push(path);
      waiting.push(path);
    }
  }
  return empty.slice(0, mostEmpty);
}

async function list(directory: string): Promise<readonly Dirent[]> {
  return readdir(directory, { withFileTypes: true }).catch(() => []);
}
