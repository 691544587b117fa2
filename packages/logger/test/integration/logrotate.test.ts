// Other programs move or cut the file that is written: whatever they do, each record is there once.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { indexesOf, startTold } from './programs.ts';

const directory = mkdtempSync(join(tmpdir(), 'seaworthy-logrotate-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const thousands = 4;
const all = Array.from({ length: thousands * 1000 }, (_, index) => index);

/** Runs a writer, and something else after each thousand of its records, while it goes on or waits. */
async function writeWhile(path: string, pace: 'goes on' | 'waits', rotate: () => void): Promise<number | null> {
  const program = startTold('rotated', [path, String(thousands), pace]);
  const closed = new Promise<number | null>((resolve) => program.once('close', resolve));
  for await (const told of createInterface(program.stdout)) {
    if (told !== '') rotate();
    if (pace === 'waits') program.stdin.write('go on\n');
  }
  return closed;
}

function recordsIn(logs: string): unknown[] {
  const found = readdirSync(logs).flatMap((name) => {
    const bytes = readFileSync(join(logs, name));
    return indexesOf(String(name.endsWith('.gz') ? gunzipSync(bytes) : bytes));
  });
  return found.toSorted((left, right) => Number(left) - Number(right));
}

test.concurrent('a file that is renamed and made anew while it is written', async () => {
  const logs = mkdtempSync(join(directory, 'renamed-'));
  const path = join(logs, 'app.log');
  let moves = 0;
  const code = await writeWhile(path, 'goes on', () => {
    moves += 1;
    renameSync(path, join(logs, `app.log.${moves}`));
    writeFileSync(path, '', { flag: 'a' });
  });
  expect([code, moves]).toEqual([0, thousands]);
  expect(readdirSync(logs)).toHaveLength(thousands + 1);
  expect(recordsIn(logs)).toEqual(all);
});

describe('by logrotate itself', () => {
  const probe = spawnSync('env', ['logrotate', '--version'], { encoding: 'utf8' });
  const problem = `logrotate is not here: ${probe.error?.message ?? probe.stderr}`;
  beforeEach(({ skip }) => skip(probe.status !== 0, problem));

  for (const [name, pace, words] of [
    ['create', 'goes on', 'create 0600'],
    // The moved file is written until the sink has noticed, so it must not be compressed at once, nor the next time at once.
    ['create, compress and delaycompress', 'waits', 'create 0600\n compress\n delaycompress'],
    ['nocreate', 'goes on', 'nocreate'],
    // What is written between the copy and the cut is lost to any program, so this one writes nothing meanwhile.
    ['copytruncate', 'waits', 'copytruncate'],
    ['copytruncate and compress', 'waits', 'copytruncate\n compress'],
  ] as const) {
    test.concurrent(name, async () => {
      const place = mkdtempSync(join(directory, 'rotated-'));
      const logs = mkdtempSync(join(place, 'logs-'));
      const path = join(logs, 'app.log');
      const config = join(place, 'logrotate.conf');
      writeFileSync(config, `"${path}" {\n rotate 20\n size 1\n missingok\n ${words}\n}\n`, { mode: 0o600 });
      const problems: string[] = [];
      const code = await writeWhile(path, pace, () => {
        const args = ['logrotate', '--force', '--state', join(place, 'state'), config];
        const { status, stderr } = spawnSync('env', args, { encoding: 'utf8' });
        if (status !== 0) problems.push(stderr);
      });
      expect([code, problems]).toEqual([0, []]);
      expect(readdirSync(logs).length).toBeGreaterThan(1);
      expect(recordsIn(logs)).toEqual(all);
    });
  }
});
