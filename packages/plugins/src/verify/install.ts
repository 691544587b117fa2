import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PluginErrors } from '../errors.ts';
import { readArchive, type ReadArchiveOptions } from './archive.ts';
import { evidencePaths, type PluginEvidence } from './evidence.ts';
import type { ByteSource } from './gunzip.ts';
import { checkIntegrity } from './sri.ts';
import { claimOf, type PluginClaim } from './statement.ts';
import { digestFolder, type PackageTree } from './tree.ts';

/** Unpacks a package into a folder that is not there yet; all of it or nothing. Files get the mode of new files. @throws ARCHIVE_REFUSED */
export async function unpackArchive(
  source: ByteSource,
  folder: string | URL,
  options: ReadArchiveOptions = {},
): Promise<PackageTree> {
  const target = resolve(typeof folder === 'string' ? folder : fileURLToPath(folder));
  await mkdir(dirname(target), { recursive: true });
  const draft = await mkdtemp(join(dirname(target), '.unpacking-'));
  try {
    for await (const { path, bytes } of readArchive(source, options)) {
      const file = join(draft, path);
      await mkdir(dirname(file), { recursive: true });
      // Exclusive: on a file system that folds names in a way of its own, the second file is refused, not written over.
      await writeFile(file, bytes, { flag: 'wx' });
    }
    const tree = await digestFolder(draft, options);
    await rename(draft, target);
    return tree;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

export interface InstallOptions extends ReadArchiveOptions {
  /** The signatures of publishers, from `envelopesIn`. */
  readonly envelopes?: readonly unknown[];
  /** What the registry said about this version. */
  readonly registry?: PluginEvidence['registry'];
}

export interface InstalledPlugin extends PluginClaim {
  /** Its folder, with a slash at the end. */
  readonly directory: URL;
}

/**
 * Unpacks a plugin into `<root>/<name>` and writes beside it what `verifySignatures` reads. Whether it may be loaded is asked
 * each time it is loaded, and not here; but what is broken, or is not what the registry promised, does not come in.
 *
 * @throws ARCHIVE_REFUSED, INTEGRITY_MISMATCH, INTEGRITY_INVALID
 */
export async function installPlugin(
  archive: Uint8Array,
  root: string | URL,
  { envelopes = [], registry, ...options }: InstallOptions = {},
): Promise<InstalledPlugin> {
  if (registry) await checkIntegrity(archive, registry.integrity, options);
  const claim = await claimOf(archive, options);
  const base = resolve(typeof root === 'string' ? root : fileURLToPath(root));
  const target = join(base, ...nameParts(claim.name));
  // Unpacked beside it first: an installed version stays until the new one is whole.
  const draft = join(dirname(target), `.installing-${randomUUID()}`);
  const { files } = await unpackArchive(archive, draft, options);
  await rm(target, { recursive: true, force: true });
  await rename(draft, target);
  const directory = pathToFileURL(`${target}/`);
  const paths = evidencePaths(directory);
  const evidence = { envelopes, ...(registry && { registry }), files: Object.fromEntries(files) };
  await writeWhole(paths.document, `${JSON.stringify(evidence)}\n`);
  if (registry) await writeWhole(paths.archive, archive);
  else await rm(paths.archive, { force: true });
  return { ...claim, directory };
}

/** A name is also a path here. */
function nameParts(name: string): readonly string[] {
  if (/^(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*$/i.test(name)) return name.split('/');
  throw new PluginErrors.ARCHIVE_REFUSED({
    where: 'package.json',
    reason: `${JSON.stringify(name)} is no name of a package`,
  });
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, content, { flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
