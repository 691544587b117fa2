import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { manifestProblems, type PluginManifest } from './manifest.ts';
import { isRecord, isStrings } from './manifest-values.ts';
import type { PluginPackage } from './sources.ts';

const fileName = '.seaworthy-plugins.json';
// Rises also when manifests are checked for something new: those of an index have been checked when it was made.
const format = 2;

interface Indexed {
  /** From the folder to the package, without links. */
  readonly directory: string;
  readonly manifest: PluginManifest;
  readonly manifestDigest: string;
  readonly problem?: string;
  /** Its manifest has problems; they are found again where all come together. */
  readonly isWrong?: true;
}

const checked = new WeakSet<PluginManifest>();

/** Whether a manifest was read from an index that was made of it without finding a problem. */
export function isChecked(manifest: PluginManifest): boolean {
  return checked.has(manifest);
}

/** Nothing when there is no index, or it was made of other packages. */
export function readIndex(root: string, folders: readonly string[]): readonly PluginPackage[] | undefined {
  const index = parse(join(root, fileName));
  if (!index || !isSame(index.folders, folders)) return undefined;
  const base = pathToFileURL(`${realpathSync(root)}/`);
  return index.packages.map((each) => new IndexedPackage(each, base));
}

/** Its address is made when it is asked for: of a thousand plugins few are loaded. */
class IndexedPackage implements PluginPackage {
  readonly manifest: PluginManifest;
  readonly manifestDigest: string;
  readonly problem?: string;
  readonly #path: string;
  readonly #base: URL;

  constructor({ directory, manifest, manifestDigest, problem, isWrong }: Indexed, base: URL) {
    if (!isWrong) checked.add(manifest);
    this.manifest = manifest;
    this.manifestDigest = manifestDigest;
    if (problem !== undefined) this.problem = problem;
    this.#path = `${directory}/`;
    this.#base = base;
  }

  get directory(): URL {
    return new URL(this.#path, this.#base);
  }
}

/** Replaces the index in one step, so that nobody reads half of it. */
export async function writeIndex(
  root: string,
  folders: readonly string[],
  packages: readonly (PluginPackage & { readonly text: string })[],
  signal: AbortSignal,
): Promise<void> {
  const base = await realpath(root);
  const content = {
    format,
    folders,
    packages: packages.map((each) => indexed(each, base)),
  };
  const temporary = join(root, `${fileName}.${randomUUID()}`);
  try {
    await writeFile(temporary, JSON.stringify(content), { signal });
    await rename(temporary, join(root, fileName));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** How an index knows a `package.json` again. */
export function digestOf(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

function indexed(
  { directory, manifest, problem, text }: PluginPackage & { readonly text: string },
  base: string,
): Indexed {
  const path = relative(base, fileURLToPath(directory)).split('\\').join('/');
  // As in a file URL: what has a meaning there is written as a code. The dot keeps a colon from ending a scheme.
  const encoded = `./${path.replaceAll(/[%?#\n\r\t]/g, encodeURIComponent)}`;
  const isWrong = manifestProblems(manifest).length > 0;
  return {
    directory: encoded,
    manifest,
    manifestDigest: digestOf(text),
    ...(problem !== undefined && { problem }),
    ...(isWrong && { isWrong }),
  };
}

interface Index {
  readonly folders: readonly string[];
  readonly packages: readonly Indexed[];
}

/** Nothing when there is no index of this format: the folder is then read as if there was none. */
function parse(path: string): Index | undefined {
  try {
    const index: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!isRecord(index) || index['format'] !== format || !isStrings(index['folders'])) return undefined;
    const { folders, packages } = index;
    return Array.isArray(packages) && packages.every(isIndexed) ? { folders, packages } : undefined;
  } catch {
    return undefined;
  }
}

function isIndexed(value: unknown): value is Indexed {
  if (!isRecord(value) || !isRecord(value['manifest'])) return false;
  return typeof value['directory'] === 'string' && typeof value['manifestDigest'] === 'string';
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((each, index) => each === others[index]);
}
