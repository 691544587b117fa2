import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { npm } from '../process/npm.ts';
import { plainEnvironment } from '../process/program.ts';
import type { Project } from '../repository/projects.ts';

/** A copy of what npm would publish of a project, with a version of its own. The work tree is only read. */
export interface Staged {
  readonly project: Project;
  readonly folder: string;
  readonly version: string;
}

const ranges = ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies'] as const;

/** Copies the files that npm would pack, and stamps the version on the manifest and on every range of ours. */
export async function stage(
  root: string,
  project: Project,
  versions: ReadonlyMap<string, string>,
  into: string,
): Promise<Staged> {
  const from = join(root, project.folder);
  const folder = join(into, project.id);
  await rm(folder, { recursive: true, force: true });
  for (const file of await packedFiles(from)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(join(from, file), join(folder, file));
  }
  const version = versions.get(project.name) ?? project.manifest.version;
  const manifest = join(folder, 'package.json');
  await writeFile(
    manifest,
    JSON.stringify(stamped(JSON.parse(await readFile(manifest, 'utf8')), version, versions), null, 2),
  );
  return { project, folder, version };
}

async function packedFiles(folder: string): Promise<readonly string[]> {
  const { code, stdout, output } = await npm(['pack', '--dry-run', '--json', '--loglevel=error'], {
    cwd: folder,
    env: plainEnvironment(),
  });
  if (code !== 0) throw new Error(`npm could not pack ${folder}: ${output.trim()}`);
  const answer: Record<string, { files: readonly { path: string }[] }> = JSON.parse(stdout);
  return Object.values(answer).flatMap(({ files }) => files.map(({ path }) => path));
}

function stamped(
  manifest: Record<string, unknown>,
  version: string,
  versions: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...manifest, version };
  for (const group of ranges) {
    const declared = manifest[group];
    if (typeof declared !== 'object' || declared === null) continue;
    copy[group] = Object.fromEntries(
      Object.entries(declared).map(([name, range]: [string, unknown]) => [name, versions.get(name) ?? range]),
    );
  }
  return copy;
}
