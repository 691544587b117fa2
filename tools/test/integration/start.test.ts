import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
let folder: string;
let npm: ChildProcess;
let stdout: string;
let stderr: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seaworthy-start-'));
  stdout = '';
  stderr = '';
  npm = spawn('npm', ['start', '--silent'], {
    cwd: root,
    env: {
      ...process.env,
      PORT: '0',
      SEAWORTHY_MANAGEMENT_PORT: '0',
      SEAWORTHY_DATA_DIR: folder,
      SEAWORTHY_START_MARK: folder,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  npm.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  npm.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
});

afterEach(async () => {
  if (npm.exitCode === null && npm.signalCode === null) {
    npm.kill('SIGTERM');
    await once(npm, 'close');
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Processes that carry this test's mark in their environment: npm's children and theirs. Only Linux can tell. */
function orphans(): readonly string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== npm.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`SEAWORTHY_START_MARK=${folder}`);
      } catch {
        return false;
      }
    });
}

async function told(text: string): Promise<void> {
  await expect.poll(() => stderr + stdout, { timeout: 120_000, interval: 100 }).toContain(text);
}

test(
  'npm start serves a dashboard with both reports, and SIGTERM to npm ends everything',
  { timeout: 150_000 },
  async () => {
    await told('Dashboard: ');
    expect(stdout).toMatch(/^Dashboard: http:\/\/127\.0\.0\.1:\d+\n$/);
    const url = stdout.slice('Dashboard: '.length).trim();
    const { projects } = (await (await fetch(new URL('/api/v1/projects', url))).json()) as {
      projects: { name: string }[];
    };
    expect(projects.map(({ name }) => name).toSorted()).toEqual(['@seaworthy/source', 'faulty-service']);
    npm.kill('SIGTERM');
    await once(npm, 'close');
    await expect.poll(orphans, { timeout: 10_000 }).toEqual([]);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  },
);

test('SIGTERM in the middle of an audit leaves no process behind', { timeout: 60_000 }, async () => {
  await told('Auditing this repository.');
  npm.kill('SIGTERM');
  await once(npm, 'close');
  await expect.poll(orphans, { timeout: 10_000 }).toEqual([]);
  expect(stdout).toBe('');
});
