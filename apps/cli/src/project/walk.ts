import { lstatSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CliErrors } from '../errors.ts';
import { listByGit } from './git.ts';
import { compareText, reasonOf, type Problem } from './problem.ts';
import { listByWalking } from './walk-directories.ts';

export interface WalkOptions {
  /** True for paths, relative to the audited directory, that are left out. */
  readonly isIgnored?: (path: string) => boolean;
  /** For git, if it is started. @default those of this process */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Whether entries tell when they were written. @default false */
  readonly hasTimes?: boolean;
  readonly signal?: AbortSignal;
}

/** A path that exists; only a regular file is ever read. */
export interface Entry {
  /** Relative to the audited directory, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly isFile: boolean;
  /** When it was written, where anybody wants to know. */
  readonly times?: FileTimes;
  /** A hash of what the file held when it was listed, where anybody wants to know. */
  readonly content?: string;
  /** What an editor holds, which then counts instead of what is on the disk. */
  readonly text?: string;
}

/** What the file system says of the last change of a file. */
export interface FileTimes {
  readonly writtenMs: number;
  /** Of the last change of the file or of what is known about it. */
  readonly changedMs: number;
  readonly inode: number;
}

export interface Walk {
  /** Sorted by path. */
  readonly entries: readonly Entry[];
  readonly problems: readonly Problem[];
}

const neverAudited = /(?:^|\/)(?:node_modules|dist|\.git)(?:\/|$)/;

/**
 * Lists the files of a directory that git does not ignore: by git itself in a work tree, else by reading .gitignore files.
 * Links are listed but never followed, so a loop of links cannot trap the audit.
 *
 * @throws DIRECTORY_MISSING, NOT_A_DIRECTORY, DIRECTORY_UNREADABLE, NOTHING_TO_AUDIT
 */
export async function walk(root: string, directory: string, options: WalkOptions = {}): Promise<Walk> {
  const { isIgnored = () => false, hasTimes = false, signal } = options;
  await checkDirectory(root, directory);
  const listing = (await listByGit(root, options)) ?? (await listByWalking(root, directory, signal));
  const paths = listing.paths.filter((path) => !neverAudited.test(path) && !isIgnored(path)).toSorted(compareText);
  const entries = await describe(root, paths, hasTimes, signal);
  if (entries.length === 0 && listing.problems.length === 0) throw new CliErrors.NOTHING_TO_AUDIT({ directory });
  return { entries, problems: listing.problems };
}

async function checkDirectory(root: string, directory: string): Promise<void> {
  let isDirectory;
  try {
    isDirectory = (await stat(root)).isDirectory();
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === 'ENOENT' || reason === 'ENOTDIR') throw new CliErrors.DIRECTORY_MISSING({ directory });
    throw new CliErrors.DIRECTORY_UNREADABLE({ directory, reason }, { cause: error });
  }
  if (!isDirectory) throw new CliErrors.NOT_A_DIRECTORY({ directory });
}

/** A thread of the pool would take several times as long to be asked as the file system takes to answer. */
const atOnce = 64;

async function describe(
  root: string,
  paths: readonly string[],
  hasTimes: boolean,
  signal?: AbortSignal,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  const isInside = createInside(root);
  for (let from = 0; from < paths.length; from += atOnce) {
    await nextTurn();
    signal?.throwIfAborted();
    for (const path of paths.slice(from, from + atOnce)) {
      const entry = describeOne(root, path, isInside, hasTimes);
      if (entry !== undefined) entries.push(entry);
    }
  }
  return entries;
}

type Inside = (directory: string) => boolean;

/**
 * Tells whether a directory is reached without a link. git lists what it tracks, also below a directory that has meanwhile
 * become a link or a file: what is behind the link is not the project's, and behind a file there is nothing.
 */
function createInside(root: string): Inside {
  const known = new Map<string, boolean>();
  const isInside = (directory: string): boolean => {
    const answer = known.get(directory) ?? look(directory);
    known.set(directory, answer);
    return answer;
  };
  const look = (directory: string): boolean => {
    if (directory === '.') return true;
    if (!isInside(posix.dirname(directory))) return false;
    const stats = statsOf(join(root, directory));
    return stats === undefined || stats === 'unknown' || stats.isDirectory();
  };
  return isInside;
}

/** A file that git still lists but that is gone, and a submodule's directory, are no entries. */
function describeOne(root: string, path: string, isInside: Inside, hasTimes: boolean): Entry | undefined {
  if (!isInside(posix.dirname(path))) return undefined;
  const stats = statsOf(join(root, path));
  if (stats === 'unknown') return { path, bytes: 0, isFile: true };
  if (stats === undefined || stats.isDirectory()) return undefined;
  const { size: bytes, mtimeMs: writtenMs, ctimeMs: changedMs, ino: inode } = stats;
  const isFile = stats.isFile();
  return hasTimes ? { path, bytes, isFile, times: { writtenMs, changedMs, inode } } : { path, bytes, isFile };
}

/** Of the path itself and not of what it links to; undefined when there is nothing. */
function statsOf(absolute: string): Stats | 'unknown' | undefined {
  try {
    return lstatSync(absolute, { throwIfNoEntry: false });
  } catch {
    return 'unknown';
  }
}
