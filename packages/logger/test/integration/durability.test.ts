// How many of 1,000 records are there after a program has ended, in every way, mode, sink and kind of thread.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { finish, finishSlowly, indexesOf, start, startInto } from './programs.ts';

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
const modes = ['adaptive', 'record', 'turn'];
let runs = 0;

function nextPath(): string {
  runs += 1;
  return join(directory, `${runs}.log`);
}

function indexesIn(path: string): unknown[] {
  return indexesOf(readFileSync(path, 'utf8'));
}

for (const mode of modes) {
  describe(`1,000 of 1,000 records with durability ${mode}`, () => {
    for (const ending of [...endings, 'SIGTERM that closes the logger']) {
      test.concurrent(`reach a file, and a pipe with a slow reader, at ${ending}`, async () => {
        const path = nextPath();
        const { stdout } = await finishSlowly(start('ending', [ending, mode, path]));
        expect(indexesOf(stdout)).toEqual(all);
        expect(indexesIn(path)).toEqual(all);
      });
    }

    for (const ending of endings) {
      test.concurrent(`of a worker thread reach a file, and standard output that is a file, at ${ending}`, async () => {
        const [path, output] = [nextPath(), nextPath()];
        const fd = openSync(output, 'w');
        try {
          await finish(startInto(fd, 'ending-in-a-worker', [ending, mode, path]));
        } finally {
          closeSync(fd);
        }
        expect(indexesIn(output)).toEqual(all);
        expect(indexesIn(path)).toEqual(all);
      });
    }
  });
}

describe('1,000 of 1,000 records at SIGKILL', () => {
  const programs = ['ending', 'ending-in-a-worker'];
  for (const program of programs) {
    test.concurrent(`reach a file with durability record (${program})`, async () => {
      const path = nextPath();
      const { signal } = await finish(start(program, ['SIGKILL', 'record', path]));
      expect(signal).toBe('SIGKILL');
      expect(indexesIn(path)).toEqual(all);
    });
  }

  for (const mode of modes) {
    test.concurrent(`right after a fatal record reach a file with durability ${mode}`, async () => {
      const path = nextPath();
      await finish(start('ending', ['a fatal record and an abort', mode, path]));
      expect(indexesIn(path)).toEqual(all);
    });
  }
});
