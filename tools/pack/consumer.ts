import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm } from '../process/npm.ts';
import { plainEnvironment } from '../process/program.ts';
import type { RunOptions } from '../process/run.ts';
import type { Staged } from './stage.ts';

/** An empty project of a user, with one of our packages installed from the local registry. */
export interface Consumer {
  readonly folder: string;
  /** Where the package was installed. */
  readonly installed: string;
  install(specifier: string): Promise<void>;
  remove(): Promise<void>;
}

/** Makes a project outside the repository, so that nothing of it can be found by accident, and installs the package ALONE. */
export async function createConsumer({ project, version }: Staged, registry: string): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'seaworthy-pack-'));
  const consumer: Consumer = {
    folder,
    installed: join(folder, 'node_modules', project.name),
    install: (specifier) => install(folder, specifier),
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
  try {
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
    await writeFile(join(folder, '.npmrc'), `@seaworthy:registry=${registry}\n`);
    await consumer.install(`${project.name}@${version}`);
    return consumer;
  } catch (error) {
    await consumer.remove();
    throw error;
  }
}

async function install(folder: string, specifier: string): Promise<void> {
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', specifier];
  const { code, output } = await npm(args, { cwd: folder, env: plainEnvironment(), timeoutMs: 5 * 60_000 });
  if (code !== 0) throw new Error(`npm install ${specifier} failed: ${output.trim()}`);
}

/** How programs of the user are run: in their project, without our condition or colours. */
export function asUser(cwd: string): RunOptions {
  return { cwd, env: { ...plainEnvironment(), NODE_OPTIONS: undefined }, timeoutMs: 60_000 };
}
