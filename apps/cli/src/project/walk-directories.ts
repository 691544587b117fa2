import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliErrors } from '../errors.ts';
import { parseGitignore, type Gitignore } from './gitignore.ts';
import { unreadableDirectory, type Listing } from './listing.ts';
import { reasonOf, type Problem } from './problem.ts';

const skipped: ReadonlySet<string> = new Set(['node_modules', 'dist', '.git']);

/** A .gitignore and the directory it stands in: `''` for the root, else a path that ends in a slash. */
interface Scope {
  readonly directory: string;
  readonly gitignore: Gitignore;
}

/**
 * Lists a directory without git, honouring the .gitignore files in it.
 *
 * @throws DIRECTORY_UNREADABLE when the root itself cannot be listed.
 */
export async function listByWalking(root: string, name: string, signal?: AbortSignal): Promise<Listing> {
  const paths: string[] = [];
  const problems: Problem[] = [];
  const queue: { readonly directory: string; readonly scopes: readonly Scope[] }[] = [{ directory: '', scopes: [] }];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    signal?.throwIfAborted();
    const { directory } = next;
    const children = await list(root, directory, name, problems);
    const scopes = await withGitignore(root, directory, children, next.scopes);
    for (const child of children) {
      const path = directory + child.name;
      if (skipped.has(child.name) || isIgnored(scopes, path, child.isDirectory())) continue;
      if (child.isDirectory()) queue.push({ directory: `${path}/`, scopes });
      else paths.push(path);
    }
  }
  return { paths, problems };
}

async function list(root: string, directory: string, name: string, problems: Problem[]): Promise<readonly Dirent[]> {
  try {
    return await readdir(join(root, directory), { withFileTypes: true });
  } catch (error) {
    const reason = reasonOf(error);
    if (directory === '') throw new CliErrors.DIRECTORY_UNREADABLE({ directory: name, reason }, { cause: error });
    problems.push(unreadableDirectory(directory.slice(0, -1), reason));
    return [];
  }
}

async function withGitignore(
  root: string,
  directory: string,
  children: readonly Dirent[],
  scopes: readonly Scope[],
): Promise<readonly Scope[]> {
  if (!children.some((child) => child.name === '.gitignore' && child.isFile())) return scopes;
  try {
    const gitignore = parseGitignore(await readFile(join(root, directory, '.gitignore'), 'utf8'));
    return [...scopes, { directory, gitignore }];
  } catch {
    // git itself goes on without a .gitignore that it cannot read.
    return scopes;
  }
}

/** The innermost .gitignore that says something decides. */
function isIgnored(scopes: readonly Scope[], path: string, isDirectory: boolean): boolean {
  for (const { directory, gitignore } of scopes.toReversed()) {
    const decision = gitignore.decide(path.slice(directory.length), isDirectory);
    if (decision !== undefined) return decision;
  }
  return false;
}
