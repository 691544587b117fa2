import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { finish, indexesOf, start } from './programs.ts';

const directory = mkdtempSync(join(tmpdir(), 'seaworthy-logger-ending-'));
const all = Array.from({ length: 1000 }, (_, index) => index);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const endings = [
  'process.exit()',
  'an uncaught exception',
  'an unhandled rejection',
  'a natural end',
  'a natural end after several turns',
  'records in an exit listener',
  'process.exit() in a timer',
  'a closed logger',
];

for (const durability of ['adaptive', 'record', 'turn']) {
  describe(`1,000 of 1,000 records with durability ${durability}`, () => {
    for (const ending of endings) {
      test.concurrent(`reach standard output at ${ending}`, async () => {
        const { stdout } = await finish(start('ending', [ending, durability]));
        expect(indexesOf(stdout)).toEqual(all);
      });

      test.concurrent(`reach a file at ${ending}`, async () => {
        const path = join(directory, `${durability} ${ending.replaceAll(/\W/g, '')}.log`);
        await finish(start('ending', [ending, durability, path]));
        expect(indexesOf(readFileSync(path, 'utf8'))).toEqual(all);
      });
    }
  });
}

test('1,000 of 1,000 records are kept at SIGKILL with durability record', async () => {
  const path = join(directory, 'killed.log');
  const { signal } = await finish(start('ending', ['SIGKILL', 'record', path]));
  expect(signal).toBe('SIGKILL');
  expect(indexesOf(readFileSync(path, 'utf8'))).toEqual(all);
});
