// (1) It is read once, at the start: it says what runs, not what was installed over it since.
// (2) What is missing or broken is left out; it never keeps a server from starting.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What is known of the application that runs. */
export interface AppInfo {
  /** For everyone. */
  readonly shown: { readonly build?: object; readonly git?: object };
  /** For those who may see values: each dependency with the version that is installed. */
  readonly dependencies: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly dependencies?: unknown;
}

/** Made by a build for images that have no repository in them: `build-info.json` beside package.json. */
interface BuildInfo {
  readonly build?: unknown;
  readonly git?: unknown;
}

/** Reads package.json, `build-info.json` (whose `build` and `git` win) and the repository around a folder. */
export async function readAppInfo(folder: string): Promise<AppInfo> {
  const [manifest, made, found] = await Promise.all([
    readJson<Manifest>(join(folder, 'package.json')),
    readJson<BuildInfo>(join(folder, 'build-info.json')),
    readGit(folder),
  ]);
  const { name, version } = manifest ?? {};
  const build = {
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    ...objectOf(made?.build),
  };
  const git = { ...found, ...objectOf(made?.git) };
  return {
    shown: { ...(Object.keys(build).length > 0 && { build }), ...(Object.keys(git).length > 0 && { git }) },
    dependencies: await readDependencies(folder, Object.keys(objectOf(manifest?.dependencies))),
  };
}

async function readDependencies(folder: string, names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const found = await Promise.all(names.map(async (name) => [name, await installedVersion(folder, name)] as const));
  return Object.fromEntries(found.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}

/** Looks where Node would: in `node_modules` of the folder and of each one above it. */
async function installedVersion(folder: string, name: string): Promise<string | undefined> {
  for (const place of upwards(folder)) {
    const manifest = await readJson<Manifest>(join(place, 'node_modules', name, 'package.json'));
    if (typeof manifest?.version === 'string') return manifest.version;
  }
  return undefined;
}

interface Git {
  readonly branch?: string;
  readonly commit: { readonly id: string };
}

async function readGit(folder: string): Promise<Git | undefined> {
  for (const place of upwards(folder)) {
    const git = join(place, '.git');
    const head = await readText(join(git, 'HEAD'));
    if (head === undefined) continue;
    const ref = /^ref: (refs\/heads\/(\S+))\s*$/.exec(head);
    const [, path = '', branch] = ref ?? [];
    const id = ref ? await readRef(git, path) : head.trim();
    if (id === undefined || !/^[0-9a-f]{40,64}$/.test(id)) return undefined;
    return { ...(branch !== undefined && { branch }), commit: { id: id.slice(0, 7) } };
  }
  return undefined;
}

async function readRef(git: string, path: string): Promise<string | undefined> {
  const loose = await readText(join(git, path));
  if (loose !== undefined) return loose.trim();
  const packed = await readText(join(git, 'packed-refs'));
  const line = packed?.split('\n').find((each) => each.endsWith(` ${path}`));
  return line?.split(' ', 1)[0];
}

function* upwards(folder: string): Generator<string> {
  let place = folder;
  for (;;) {
    yield place;
    const above = dirname(place);
    if (above === place) return;
    place = above;
  }
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readText(path);
  try {
    return text === undefined ? undefined : (objectOf(JSON.parse(text)) as T);
  } catch {
    return undefined;
  }
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
