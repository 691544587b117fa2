import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { manifestProblems, type PluginManifest } from './manifest.ts';
import { isRecord } from './manifest-values.ts';
import type { Discovery, PluginPackage } from './sources.ts';

const fileName = '.seaworthy-plugins.json';
// Rises also when manifests are checked for something new: those of an index have been checked when it was made.
const format = 4;

interface Indexed {
  /** From the folder to the package, without links; when it is not the id. */
  readonly directory?: string;
  readonly manifest: PluginManifest;
  readonly problem?: string;
  /** Its manifest has problems; they are found again where all come together. */
  readonly isWrong?: true;
}

/** Whether an entry comes from an index that was made of it without finding a problem. */
export function isChecked(entry: Discovery): boolean {
  return entry instanceof IndexedPackage && entry.isChecked;
}

/** Nothing when there is no index, or what lies in the folder has other names than when it was made. */
export function readIndex(root: string, configure?: Configure): readonly PluginPackage[] | undefined {
  const index = parse(join(root, fileName));
  if (!index || index.listing !== listing(root)) return undefined;
  const base = pathToFileURL(`${realpathSync(root)}/`);
  const packages: PluginPackage[] = [];
  for (const each of index.packages) {
    if (!isIndexed(each)) return undefined;
    packages.push(new IndexedPackage(each, { base, digests: index.digests, place: packages.length }, configure));
  }
  return packages;
}

/** What the application gives to a plugin. */
export type Configure = (id: string) => Pick<PluginPackage, 'config' | 'configVersion'>;

/**
 * All names in a folder of packages and in its scopes, in one text: to compare it is one step. Files have their names in it,
 * too, because to ask each entry what it is takes longer than all the rest.
 */
export function listing(root: string): string {
  const names = namesIn(root);
  const scopes = names.filter((name) => name.startsWith('@'));
  // No name has a slash in it, and none is empty.
  return [names, ...scopes.map((scope) => namesIn(join(root, scope)))].map((each) => each.join('/')).join('//');
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path)
      .filter((name) => !name.startsWith('.'))
      .toSorted();
  } catch {
    // A file, or nothing; what cannot be read is said where the packages are read.
    return [];
  }
}

/** Where a package stands in an index. */
interface Place {
  readonly base: URL;
  readonly digests: string;
  readonly place: number;
}

/** Its address and its digest are made when they are asked for: of a thousand plugins few are loaded. */
class IndexedPackage implements PluginPackage {
  readonly manifest: PluginManifest;
  readonly config?: unknown;
  readonly configVersion?: number;
  readonly problem?: string;
  readonly #indexed: Indexed;
  readonly #place: Place;

  constructor(indexed: Indexed, place: Place, configure?: Configure) {
    this.manifest = indexed.manifest;
    if (indexed.problem !== undefined) this.problem = indexed.problem;
    this.#indexed = indexed;
    this.#place = place;
    if (configure) Object.assign(this, configure(indexed.manifest.id));
  }

  get isChecked(): boolean {
    return this.#indexed.isWrong === undefined && this.#indexed.problem === undefined;
  }

  get manifestDigest(): string {
    const { digests, place } = this.#place;
    return digests.slice(place * digestLength, (place + 1) * digestLength);
  }

  get directory(): URL {
    const { directory = `./${this.manifest.id}` } = this.#indexed;
    return new URL(`${directory}/`, this.#place.base);
  }
}

/** Replaces the index in one step, so that nobody reads half of it. */
export async function writeIndex(
  root: string,
  names: string,
  packages: readonly (PluginPackage & { readonly text: string })[],
  signal: AbortSignal,
): Promise<void> {
  const base = await realpath(root);
  const content = {
    format,
    listing: names,
    packages: packages.map((each) => indexed(each, base)),
    // In one text, so that nothing is made of those that are not needed.
    digests: packages.map(({ text }) => digestOf(text)).join(''),
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

const digestLength = 64;

/** How an index knows a `package.json` again. */
export function digestOf(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

function indexed({ directory, manifest, problem }: PluginPackage, base: string): Indexed {
  const path = relative(base, fileURLToPath(directory)).split('\\').join('/');
  // As in a file URL: what has a meaning there is written as a code. The dot keeps a colon from ending a scheme.
  const encoded = `./${path.replaceAll(/[%?#\n\r\t]/g, encodeURIComponent)}`;
  const isWrong = manifestProblems(manifest).length > 0;
  return {
    ...(encoded !== `./${manifest.id}` && { directory: encoded }),
    manifest,
    ...(problem !== undefined && { problem }),
    ...(isWrong && { isWrong }),
  };
}

interface Index {
  readonly listing: string;
  readonly packages: readonly unknown[];
  readonly digests: string;
}

/** Nothing when there is no index of this format: the folder is then read as if there was none. */
function parse(path: string): Index | undefined {
  try {
    const index: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!isRecord(index) || index['format'] !== format) return undefined;
    const { listing: names, packages, digests } = index;
    if (typeof names !== 'string' || typeof digests !== 'string' || !Array.isArray(packages)) return undefined;
    return digests.length === packages.length * digestLength ? { listing: names, packages, digests } : undefined;
  } catch {
    return undefined;
  }
}

function isIndexed(value: unknown): value is Indexed {
  if (!isRecord(value) || !isRecord(value['manifest'])) return false;
  return value['directory'] === undefined || typeof value['directory'] === 'string';
}
