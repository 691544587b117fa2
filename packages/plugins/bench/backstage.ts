// Backstage's initialiser is 155 packages and 42 MB, so it is installed when it is measured, and nobody else waits for it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const name = '@backstage/backend-app-api';
const version = '1.9.0';
const installMs = 180_000;

/** The folder that it is installed in; or why it is not, for whoever reads the results. */
export function installBackstage(): { readonly folder: string } | { readonly reason: string } {
  const folder = join(import.meta.dirname, '../../../tmp/peers/backstage', version);
  if (existsSync(join(folder, 'node_modules', name))) return { folder };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'peers', private: true, type: 'module' }));
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', `${name}@${version}`];
  const npm = process.env['npm_execpath'];
  const options = { cwd: folder, encoding: 'utf8', timeout: installMs } as const;
  const { status, stderr, error } = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  return status === 0 ? { folder } : { reason: (error?.message ?? stderr).trim() };
}
