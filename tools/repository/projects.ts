import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The parts of a package.json that the tools read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly engines?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly imports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly nx?: { readonly tags?: readonly string[] };
}

/** A package or an app of this repository. */
export interface Project {
  /** The last segment of the folder: `logger`. */
  readonly id: string;
  /** The name on npm: `@seaworthy/logger`. */
  readonly name: string;
  /** From the root, with forward slashes: `packages/logger`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Every package and app, sorted by folder. */
export function readProjects(root: string): readonly Project[] {
  return globSync('{packages,apps}/*/package.json', { cwd: root })
    .map((file) => dirname(file).replaceAll('\\', '/'))
    .toSorted()
    .map((folder) => readProject(root, folder));
}

function readProject(root: string, folder: string): Project {
  const manifest = readManifest(join(root, folder));
  return { id: folder.slice(folder.indexOf('/') + 1), name: manifest.name, folder, manifest };
}

export function readManifest(folder: string): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return manifest;
}

/** Whether the package is published on its own. */
export function isPublished(project: Project): boolean {
  return project.manifest.private !== true;
}

/** What users may import: `.`, `./node`, … without package.json, each with its file for one condition. */
export function entryPoints(manifest: Manifest, condition: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    const file = typeof target === 'string' ? undefined : target[condition];
    if (file !== undefined) found.set(subpath, file);
  }
  return found;
}
