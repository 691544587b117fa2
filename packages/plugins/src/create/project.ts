import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PluginErrors } from '../errors.ts';
import { filesOf } from './templates.ts';

export interface PluginProjectOptions {
  /** The name of the package, and the id of the plugin: `reports`, `@acme/reports`. */
  readonly name: string;
  /** @default 'typescript' */
  readonly language?: 'typescript' | 'javascript';
  /** What it does, in one sentence. */
  readonly description?: string;
  readonly signal?: AbortSignal;
}

export interface CreatedProject {
  /** The written files, from the folder, sorted. */
  readonly files: readonly string[];
  /** What to type next, in the folder. */
  readonly commands: readonly string[];
}

// What npm accepts for new packages.
const names = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/**
 * Writes a plugin to begin with into a new or empty folder: its manifest, its code, a test that runs it in every tier, and
 * what to read first.
 *
 * @throws INVALID_OPTION; FOLDER_TAKEN when something is in the folder, and nothing is written then
 */
export async function createPluginProject(path: string | URL, options: PluginProjectOptions): Promise<CreatedProject> {
  const folder = typeof path === 'string' ? path : fileURLToPath(path);
  const { name, language = 'typescript', description = 'A plugin that greets.', signal } = options;
  expectOption('name', 'a package name such as "@acme/reports"', name, name.length < 215 && names.test(name));
  const isLanguage = language === 'typescript' || language === 'javascript';
  expectOption('language', '"typescript" or "javascript"', language, isLanguage);
  await expectEmpty(folder);
  const files = filesOf({ name, description, isTypeScript: language === 'typescript' });
  for (const [file, text] of files) {
    signal?.throwIfAborted();
    const full = join(folder, file);
    await mkdir(dirname(full), { recursive: true });
    // Nothing that came meanwhile is overwritten.
    await writeFile(full, text, { flag: 'wx' });
  }
  return { files: [...files.keys()].toSorted(), commands: ['npm install', 'npm test'] };
}

async function expectEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // A repository that was made for it is no content.
  const [first] = (await readdir(folder)).filter((name) => name !== '.git');
  if (first !== undefined) throw new PluginErrors.FOLDER_TAKEN({ folder, found: first });
}

function expectOption(option: string, expected: string, received: unknown, holds: boolean): void {
  if (holds) return;
  throw new PluginErrors.INVALID_OPTION({ option, expected, received: `${String(received)} (${typeof received})` });
}
