// Installs this repository's dependencies when they are missing or out of date, and answers with the Node to use.
// It has no dependencies of its own and runs on whatever Node (20 or newer) started npm.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');

const stamp = join(root, 'node_modules', '.setup-stamp');

/** What the stamp says when node_modules fits the lock file. */
function fingerprint() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  return hash.update(`${process.platform}-${process.arch}`).digest('hex');
}

/** Says that what is installed fits the lock file, after an `npm install` that changed both. */
export function rememberInstall() {
  writeFileSync(stamp, fingerprint());
}

/** Makes node_modules match package-lock.json. Says what it does on standard error. */
export function install() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()) return;

  const startedAt = Date.now();
  console.error('Installing dependencies with npm ci: half a minute to two minutes, the first time only.');
  const npm = process.env['npm_execpath'];
  const args = ['ci', '--include=dev', '--include=optional', '--engine-strict=false', '--loglevel=error'];
  const { status, error } = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (error) throw error;
  if (status !== 0) {
    console.error('npm ci failed. Its own message above says why; fix that and run the command again.');
    process.exit(status ?? 1);
  }
  rememberInstall();
  console.error(`Dependencies are installed (${Math.round((Date.now() - startedAt) / 1000)} s).`);
}

/** The Node pinned by the workspace, or the user's own where no pinned one is published (macOS). */
export function findNode() {
  const pinned = join(bin, process.platform === 'win32' ? 'node.exe' : 'node');
  const node = existsSync(pinned) ? pinned : process.execPath;
  const { stdout } = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  const version = (stdout ?? '').trim();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 18)) {
    console.error(`Node 22.18 or newer is needed here, and this is ${version || 'unknown'}. Install it and try again.`);
    process.exit(1);
  }
  return node;
}

/** The environment for everything this repository runs: its own tools come first. */
export function environment() {
  return { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
}
