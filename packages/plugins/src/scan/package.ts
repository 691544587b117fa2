import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRecord } from '../manifest-values.ts';
import { parseJson } from '../verify/plain.ts';
import type { PackageTree } from '../verify/tree.ts';
import type { Fact } from './facts.ts';
import { kindOf, prepareLexer, scanModule } from './module.ts';

/** All that was seen in a package; the same for the same digest. */
export interface ScannedPackage {
  /** Of the files that were looked at. */
  readonly digest: string;
  /** How many modules there are. */
  readonly modules: number;
  readonly facts: readonly Fact[];
}

export interface ScanPackageOptions {
  /** Modules with more bytes are not read, and count as unreadable. @default 8388608 */
  readonly maxModuleBytes?: number;
  readonly signal?: AbortSignal;
}

/** Looks at every module in the folder of a package, whether anything imports it or not. */
export async function scanPackage(
  directory: URL,
  { digest, files }: PackageTree,
  { maxModuleBytes = 8 * 1024 * 1024, signal }: ScanPackageOptions = {},
): Promise<ScannedPackage> {
  await prepareLexer();
  const root = fileURLToPath(directory);
  const read = async (path: string): Promise<Buffer> => await readFile(join(root, path), { ...(signal && { signal }) });
  const contents: PackageContents = { files: new Set(files.keys()), ...(await readManifests([...files.keys()], read)) };
  const modules = [...files.keys()].filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path));
  const facts: Fact[] = otherFiles(contents.files);
  for (const path of modules) {
    const bytes = await read(path);
    if (bytes.length > maxModuleBytes) facts.push(fileFact('unreadable', path, `it has ${bytes.length} bytes`));
    else facts.push(...scanText(path, bytes).flatMap((fact) => resolved(fact, contents)));
  }
  return { digest, modules: modules.length, facts };
}

/** As Node reads it: UTF-8, without a mark at its beginning. */
function scanText(path: string, bytes: Buffer): readonly Fact[] {
  return scanModule(path, bytes.toString('utf8').replace(/^\ufeff/, ''));
}

interface PackageContents {
  readonly files: ReadonlySet<string>;
  /** Of the package, and of those that it brings along. */
  readonly names: ReadonlySet<string>;
  /** What `#…` specifiers stand for, from every `package.json` in it. */
  readonly mapped: readonly (readonly [name: string, target: string])[];
}

async function readManifests(
  paths: readonly string[],
  read: (path: string) => Promise<Buffer>,
): Promise<Omit<PackageContents, 'files'>> {
  const names = new Set<string>();
  const mapped: (readonly [string, string])[] = [];
  for (const path of paths.filter((each) => /(?:^|\/)package\.json$/.test(each))) {
    const content = parseJson((await read(path)).toString('utf8'));
    if (!isRecord(content)) continue;
    if (typeof content['name'] === 'string' && isPackageFolder(path)) names.add(content['name']);
    if (isRecord(content['imports'])) {
      for (const [name, target] of Object.entries(content['imports'])) {
        for (const each of targetsOf(target)) mapped.push([name, each]);
      }
    }
  }
  return { names, mapped };
}

/** Only what lies in a `node_modules` folder is found by its name. */
function isPackageFolder(path: string): boolean {
  return path === 'package.json' || /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(path);
}

/** All targets, under whatever condition. */
function targetsOf(target: unknown): readonly string[] {
  if (typeof target === 'string') return [target];
  if (typeof target !== 'object' || target === null) return [];
  return Object.values(target).flatMap(targetsOf);
}

/** Gives an import its kind, now that all files are known. */
function resolved(fact: Fact, contents: PackageContents): readonly Fact[] {
  if (fact.rule !== 'package') return [fact];
  const { detail: specifier } = fact;
  const kind = kindOf(specifier);
  if (kind === 'builtin') return [{ ...fact, rule: 'builtin', detail: `node:${specifier.replace(/^node:/, '')}` }];
  if (kind === 'relative') return relative(fact, contents.files);
  if (kind === 'package') return contents.names.has(packageName(specifier)) ? [] : [fact];
  if (kind === 'outside') return [{ ...fact, rule: 'outside' }];
  const targets = contents.mapped.filter(([name]) => isMatch(name, specifier));
  if (targets.length === 0) return [{ ...fact, rule: 'outside' }];
  // A target is read from the folder of the package.json; every one of them is judged as if it stood in the code.
  return targets.flatMap(([, target]) =>
    target.startsWith('./') ? [] : resolved({ ...fact, detail: target }, { ...contents, mapped: [] }),
  );
}

function relative(fact: Fact, files: ReadonlySet<string>): readonly Fact[] {
  const base = 'file:///package/';
  const url = URL.parse(fact.detail, `${base}${encodeURI(fact.file)}`);
  if (!url?.href.startsWith(base) || /%2f|%5c/i.test(fact.detail)) return [{ ...fact, rule: 'outside' }];
  const path = decodeURIComponent(url.pathname.slice('/package/'.length));
  if (path.endsWith('.node')) return [{ ...fact, rule: 'native-addon' }];
  const isLookedAt = /\.(?:[cm]?[jt]sx?|json)$/.test(path);
  return isLookedAt || !files.has(path)
    ? []
    : [{ ...fact, rule: 'unreadable', detail: `${fact.detail} is loaded and not looked at` }];
}

/** `@scope/name` or `name`, without what lies inside. */
export function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function isMatch(pattern: string, specifier: string): boolean {
  const star = pattern.indexOf('*');
  if (star === -1) return pattern === specifier;
  return specifier.startsWith(pattern.slice(0, star)) && specifier.endsWith(pattern.slice(star + 1));
}

function otherFiles(files: ReadonlySet<string>): Fact[] {
  return [...files].filter((path) => path.endsWith('.node')).map((path) => fileFact('native-addon', path, path));
}

function fileFact(rule: Fact['rule'], file: string, detail: string): Fact {
  return { rule, detail, file, line: 0, column: 0 };
}
