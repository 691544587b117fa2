// A thousand writes by another process, most of them torn, half-written, invalid or swapped by a link, while this one
// watches and reads all the time.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defineConfig, detectEnvironment, file, int, secret, secretsDir } from '../../src/index.ts';
import type { Order } from '../fixtures/torn-writer.ts';

const writes = 1_000;
const pair = () => ({ n: int({ min: 0 }).reloadable(), check: int({ min: 0 }).reloadable() });
const definition = defineConfig(
  { local: pair(), mounted: pair(), token: secret().reloadable() },
  { env: detectEnvironment({ env: {} }) },
);

let folder: string;
let writer: ChildProcess;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-torn-'));
  writer = fork(join(import.meta.dirname, '../fixtures/torn-writer.ts'), [folder], { execArgv: [] });
});
afterEach(async () => {
  if (writer.connected) writer.disconnect();
  if (writer.exitCode === null) await once(writer, 'exit');
  await rm(folder, { recursive: true });
});

async function carryOut(order: Order): Promise<void> {
  const done = once(writer, 'message');
  writer.send(order);
  await done;
}

const valid: readonly Order['kind'][] = ['replace', 'torn', 'swap'];
const broken: readonly Order['kind'][] = ['half', 'empty', 'invalid', 'inconsistentType', 'swapInvalid', 'swapHalf'];

test(`of ${writes} torn, half-written, invalid and swapped files no bad snapshot is seen, and no valid one is lost`, async () => {
  const kinds = fc.sample(fc.constantFrom(...valid, ...broken), { numRuns: writes, seed: 20_261_128 });
  await carryOut({ kind: 'replace', n: 0 });
  await carryOut({ kind: 'swap', n: 0 });
  for (const name of ['app.json', 'token']) await symlink(`..data/${name}`, join(folder, 'mount', name));
  const sources = [file('local.json'), file('mount/app.json'), secretsDir('mount')];
  await using config = await definition.load(sources, { cwd: folder, watch: { quietMs: 1 } });
  const followed = config.secret('token');

  const bad: unknown[] = [];
  const told: number[] = [];
  const look = (): void => {
    const { local, mounted, token } = config.value;
    const isWhole = local.check === local.n * 7 && mounted.check === mounted.n * 7;
    if (!isWhole || token.reveal() !== `token ${mounted.n}`) bad.push({ local, mounted, token: token.reveal() });
  };
  config.onChange('local.n', (n) => {
    told.push(n);
    look();
  });
  config.onChange('token', look);

  // Reads all the time, not only when the files are left alone.
  const over = new AbortController();
  const reading = (async () => {
    while (!over.signal.aborted) {
      await config.reload().catch(() => undefined);
      look();
      await new Promise(setImmediate);
    }
  })();

  const latest = { local: 0, mounted: 0 };
  const isBroken = { local: false, mounted: false };
  for (const [index, kind] of kinds.entries()) {
    const n = index + 1;
    const part = kind.startsWith('swap') ? 'mounted' : 'local';
    await carryOut({ kind, n });
    isBroken[part] = broken.includes(kind);
    if (!isBroken[part]) latest[part] = n;
    if (isBroken.local || isBroken.mounted) continue;
    const seen = (): unknown => [config.value.local.n, config.value.mounted.n, followed.reveal()];
    const due = [latest.local, latest.mounted, `token ${latest.mounted}`];
    await vi.waitFor(() => expect(seen()).toEqual(due), { timeout: 60_000, interval: 1 });
  }
  await carryOut({ kind: 'replace', n: writes + 1 });
  await carryOut({ kind: 'swap', n: writes + 1 });
  await vi.waitFor(() => expect(config.value.local.n).toBe(writes + 1), { timeout: 60_000, interval: 1 });
  await vi.waitFor(() => expect(followed.reveal()).toBe(`token ${writes + 1}`), { timeout: 60_000, interval: 1 });
  over.abort();
  await reading;

  expect(bad).toEqual([]);
  expect(new Set(told).size).toBe(told.length);
  expect(config.status().ok).toBe(true);
}, 120_000);
