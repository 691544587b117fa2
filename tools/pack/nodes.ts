import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { npm } from '../process/npm.ts';
import { plainEnvironment } from '../process/program.ts';
import { run } from '../process/run.ts';

/** A Node to run programs of users on, or the reason why there is none here. */
export type NodeRelease =
  | { readonly major: number; readonly path: string; readonly version: string }
  | { readonly major: number; readonly reason: string };

/** The newest Node of a major version: this one, or the one npm has for this system, kept under tmp/nodes. */
export async function findNode(root: string, major: number): Promise<NodeRelease> {
  if (process.versions.node.startsWith(`${major}.`)) {
    return { major, path: process.execPath, version: process.versions.node };
  }
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(root, 'tmp/nodes', String(major));
  const path = join(folder, 'node_modules', name, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node');
  if (!existsSync(path)) {
    await mkdir(folder, { recursive: true });
    const args = [
      'install',
      `--prefix=${folder}`,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      '--force',
    ];
    const { code, output } = await npm([...args, `${name}@${major}`], { cwd: folder, env: plainEnvironment() });
    if (code !== 0) return { major, reason: `npm has no ${name}@${major} here: ${output.trim().split('\n')[0] ?? ''}` };
  }
  const { code, stdout } = await run(path, ['-p', 'process.versions.node']);
  return code === 0 ? { major, path, version: stdout.trim() } : { major, reason: `${path} does not start here` };
}
