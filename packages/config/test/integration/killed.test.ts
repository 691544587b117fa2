// A process that is killed while it writes leaves what it had written before, whole.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineConfig, file, int, object } from '../../src/index.ts';

const definition = defineConfig({ n: int().default(0).reloadable(), twice: int().default(0).reloadable() });
const fixture = join(import.meta.dirname, '../fixtures/endless-updates.ts');
let folder: string;
let history: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-killed-'));
  history = join(folder, 'history');
});
afterEach(async () => rm(folder, { recursive: true }));

test('history and backup are whole after each of five kills, and a version of a killed process comes back byte for byte', async () => {
  let last = 0;
  for (let kill = 1; kill <= 5; kill += 1) {
    const writer = fork(fixture, [folder], { execArgv: ['--conditions=@seaworthy/source'] });
    writer.on('message', (n) => {
      last = Number(n);
    });
    const ended = once(writer, 'exit');
    const said = await Promise.race([once(writer, 'message'), ended.then(() => 'ended before it was killed')]);
    expect(said).toBeInstanceOf(Array);
    await new Promise((resolve) => {
      setTimeout(resolve, kill * 6);
    });
    writer.kill('SIGKILL');
    await ended;

    for (const name of await readdir(history)) {
      // A version that was begun and not finished is an empty file.
      const text = await readFile(join(history, name), 'utf8');
      const content: unknown = text === '' || name.endsWith('.tmp') ? {} : JSON.parse(text);
      expect(content).toBeInstanceOf(Object);
    }
    const { value } = await definition.load([file('backup.json')], { cwd: folder });
    expect(value.twice).toBe(value.n * 2);
    expect(value.n).toBeGreaterThanOrEqual(last);
  }

  const config = await definition.load([object({})], { history: { path: history } });
  const numbers = config.history().map(({ version }) => version);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  const wanted = config.history().findLast(({ by }) => by === `update ${last}`);
  await config.rollback(wanted?.version ?? 0);
  await config.backup(join(folder, 'rolled-back.json'));
  expect(JSON.parse(await readFile(join(folder, 'rolled-back.json'), 'utf8'))).toEqual({ n: last, twice: last * 2 });
  await config.backup(join(folder, 'backup.json'));
  const left = [...(await readdir(history)), ...(await readdir(folder))];
  expect(left.filter((name) => /\.(?:tmp|damaged)$/.test(name))).toEqual([]);
}, 120_000);
