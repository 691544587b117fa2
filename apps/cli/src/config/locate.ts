import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { isRecord } from '../project/record.ts';

/** Where a project's settings stand. */
export interface ConfigPlace {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'file' | 'manifest';
  /** The directory that the globs in it start from. */
  readonly directory: string;
}

const fileName = 'seaworthy.config.json';

/** Looks for `seaworthy.config.json` or `package.json#seaworthy`, from a directory upward to the root of its repository. */
export async function locateConfig(directory: string): Promise<ConfigPlace | undefined> {
  for (const each of await upToRepositoryRoot(directory)) {
    const path = join(each, fileName);
    if (await exists(path)) return { path, kind: 'file', directory: each };
    const manifest = join(each, 'package.json');
    if (await hasSettings(manifest)) return { path: manifest, kind: 'manifest', directory: each };
  }
  return undefined;
}

/** Whether a file belongs to the repository that a directory is in, or to the directory where there is no repository. */
export async function isInRepository(path: string, directory: string): Promise<boolean> {
  const root = (await upToRepositoryRoot(directory)).at(-1) ?? directory;
  // A link in the repository may lead out of it, and a path outside may be a link into it: either is its own.
  const pairs = [[root, path], await Promise.all([real(root), real(path)])] as const;
  return pairs.some(([from, to]) => !relative(from, to).startsWith(`..${sep}`));
}

/** Whether a file that is written stays in the repository, its `.git` left out, wherever links lead. */
export async function staysInRepository(path: string, directory: string): Promise<boolean> {
  const root = await real((await upToRepositoryRoot(directory)).at(-1) ?? directory);
  const target = await realpath(path).catch(async () => join(await real(dirname(path)), basename(path)));
  const way = relative(root, target);
  return !isAbsolute(way) && !['..', '.git'].includes(way.split(sep)[0] ?? '');
}

async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

/** The directory and its parents up to the one with `.git`; the directory alone when there is none. */
async function upToRepositoryRoot(directory: string): Promise<readonly string[]> {
  const passed: string[] = [];
  for (let at = directory; ; at = dirname(at)) {
    passed.push(at);
    if (await exists(join(at, '.git'))) return passed;
    if (dirname(at) === at) return [directory];
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A package.json that cannot be read is for the audit to report. */
async function hasSettings(manifest: string): Promise<boolean> {
  try {
    return settingsIn(await readFile(manifest, 'utf8')) !== undefined;
  } catch {
    return false;
  }
}

/** The settings in a package.json; a plugin keeps its own manifest at the same key, with an `entry`. */
export function settingsIn(text: string): object | undefined {
  const manifest: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
  const settings = isRecord(manifest) ? manifest['seaworthy'] : undefined;
  return isRecord(settings) && settings['entry'] === undefined ? settings : undefined;
}
