import { lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CliErrors } from '../errors.ts';
import { listByGit } from './git.ts';
import { compareText, reasonOf, type Problem } from './problem.ts';
import { listByWalking } from './walk-directories.ts';

export interface WalkOptions {
  /** True for paths, relative to the audited directory, that are left out. */
  readonly isIgnored?: (path: string) => boolean;
  /** For git, if it is started. @default those of this process */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** A path that exists; only a regular file is ever read. */
export interface Entry {
  /** Relative to the audited directory, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly isFile: boolean;
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
  const { isIgnored = () => false, signal } = options;
  await checkDirectory(root, directory);
  const listing = (await listByGit(root, options)) ?? (await listByWalking(root, directory, signal));
  const paths = listing.paths.filter((path) => !neverAudited.test(path) && !isIgnored(path)).toSorted(compareText);
  const entries = await describe(root, paths, signal);
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

const atOnce = 64;

async function describe(root: string, paths: readonly string[], signal?: AbortSignal): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (let from = 0; from < paths.length; from += atOnce) {
    signal?.throwIfAborted();
    const batch = await Promise.all(paths.slice(from, from + atOnce).map((path) => describeOne(root, path)));
    for (const entry of batch) if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

/** A file that git still lists but that is gone, and a submodule's directory, are no entries. */
async function describeOne(root: string, path: string): Promise<Entry | undefined> {
  try {
    const stats = await lstat(join(root, path));
    if (stats.isDirectory()) return undefined;
    return { path, bytes: stats.size, isFile: stats.isFile() };
  } catch (error) {
    return reasonOf(error) === 'ENOENT' ? undefined : { path, bytes: 0, isFile: true };
  }
}
