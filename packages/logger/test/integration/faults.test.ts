// Where the operating system refuses to write: a full disk, a reader that is gone.
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createLogger, file } from '../../src/index.ts';
import { finish, indexesOf, shellCommand, smallDisk, start, startAfter, startInto, type Finished } from './programs.ts';

const full = '/dev/full';
const directory = mkdtempSync(join(tmpdir(), 'seaworthy-faults-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function messagesOf({ stderr }: Finished): unknown[] {
  return stderr
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { message: unknown }).message);
}

describe('a full disk', () => {
  beforeEach(({ skip }) => skip(!existsSync(full), `this system has no ${full}`));

  test('under a file ends nothing, and errors go to standard error', async () => {
    const finished = await finish(start('faulty-output', [full]));
    expect(finished.code).toBe(0);
    expect(messagesOf(finished)).toEqual(['an error', 'at exit']);
  });

  test('under standard output does so too', async () => {
    const fd = openSync(full, 'w');
    const finished = await finish(startInto(fd, 'faulty-output', []));
    closeSync(fd);
    expect(finished.code).toBe(0);
    expect(messagesOf(finished)).toEqual(['an error', 'at exit']);
  });

  test('that has room again gets every line that waited', async () => {
    const path = join(directory, 'link.log');
    symlinkSync(full, path);
    const log = createLogger({ sinks: [file({ path })], base: {} });
    for (let index = 0; index < 100; index += 1) log.info('m', { index });
    log.flushSync();
    expect(log.stats().sinks).toMatchObject([{ written: 0, pending: 100 }]);
    const other = join(directory, 'roomy.log');
    writeFileSync(other, '');
    renameSync(other, path);
    expect(await log.flush()).toMatchObject({ outcome: 'done' });
    expect(indexesOf(readFileSync(path, 'utf8'))).toEqual(Array.from({ length: 100 }, (_, index) => index));
    await log.close();
  });

  test('for good lets `close` settle in time and counts what is lost', async () => {
    const log = createLogger({ sinks: [file({ path: full })], base: {} });
    for (let index = 0; index < 100; index += 1) log.info('m', { index });
    const { outcome, stats } = await log.close({ timeoutMs: 50 });
    expect([outcome, stats.dropped]).toEqual(['timeout', 100]);
    expect(stats.sinks[0]?.failures).toBeGreaterThan(0);
  });

  test('keeps a bounded number of bytes, and tells afterwards what is missing', async () => {
    const path = join(directory, 'bounded.log');
    symlinkSync(full, path);
    const log = createLogger({ sinks: [file({ path, capBytes: 20_000 })], base: {} });
    for (let index = 0; index < 1000; index += 1) log.info('m', { index });
    const dropped = log.stats().dropped;
    expect(dropped).toBeGreaterThan(500);
    rmSync(path);
    await log.flush();
    await log.close();
    const records = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(records).toHaveLength(1000 - dropped + 1);
    expect(JSON.parse(records.at(-1) ?? '')).toMatchObject({ level: 'warn', logger: 'seaworthy.logger', dropped });
  });
});

/** What a program tells that logs until there is no room, and then with room again. */
interface FullReport {
  readonly logged: number;
  readonly outcome: string;
  readonly written: number;
  readonly dropped: number;
  readonly told: readonly { readonly name: string; readonly count?: number }[];
  readonly whileFull: Content & { readonly written: number };
  readonly after: Content;
}

interface Content {
  readonly found: number;
  readonly missing: number;
  readonly torn: readonly string[];
  readonly empty: readonly string[];
}

async function runInShell(before: string, args: readonly string[], wrapper: readonly string[]): Promise<FullReport> {
  const { stdout, stderr, code } = await finish(startAfter(before, 'full-disk', args, wrapper));
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return JSON.parse(stdout) as FullReport;
}

/** Each record is written or counted as dropped, and what is dropped is told in the log and on the channel. */
function expectAllAccountedFor({ logged, outcome, written, dropped, told, after }: FullReport): void {
  const notes = told.filter(({ name }) => name === 'records-dropped');
  expect(outcome).toBe('done');
  expect(dropped).toBeGreaterThan(0);
  expect(written + dropped).toBe(logged + notes.length);
  expect(after.missing).toBe(dropped);
  expect(notes.reduce((sum, { count = 0 }) => sum + count, 0)).toBe(dropped);
  expect(told[0]).toMatchObject({ name: 'sink-failed' });
}

describe.skipIf(process.platform === 'win32')('a file that may not grow any more', () => {
  const limit = 'ulimit -f 400';

  function nextDirectory(): string {
    return mkdtempSync(join(directory, 'limited-'));
  }

  test.concurrent('is written on at its path when it is moved away, and every record is there or counted', async () => {
    const report = await runInShell(limit, [nextDirectory(), 'the log is moved', '0'], []);
    expectAllAccountedFor(report);
    expect(report.after.found).toBe(report.logged - report.dropped);
  });

  for (const reaction of ['the log is deleted', 'the log is emptied']) {
    test.concurrent(`when ${reaction} begins anew with a whole line`, async () => {
      const report = await runInShell(limit, [nextDirectory(), reaction, '0'], []);
      expectAllAccountedFor(report);
      expect(report.after.torn).toEqual([]);
      expect(report.after.found).toBe(report.logged - report.dropped - report.whileFull.written);
    });
  }
});

describe('a small disk that fills up', () => {
  const disk = mkdtempSync(join(directory, 'disk-'));
  const { mount, wrapper, problem } = smallDisk(disk);
  const ballast = String(350 * 1024);
  const wholeDisk = String(1024 * 1024);

  beforeEach(({ skip }) => skip(problem !== undefined, problem));

  for (const [full, rotate] of [
    [ballast, null],
    [ballast, { size: '20k', keep: 30 }],
    [ballast, { size: '20k', keep: 30, gzip: true }],
    [wholeDisk, { size: '20k', keep: 30 }],
  ] as const) {
    const name = `of which ${full} bytes are taken loses nothing but what is counted (rotate: ${JSON.stringify(rotate)})`;
    test.concurrent(name, async () => {
      const args = [disk, 'other files are deleted', full, JSON.stringify(rotate)];
      const report = await runInShell(mount, args, wrapper);
      expectAllAccountedFor(report);
      expect(report.after).toMatchObject({ torn: [], empty: [], found: report.logged - report.dropped });
      expect(report.whileFull.empty).toEqual([]);
    });
  }

  for (const reaction of ['the log is deleted', 'the log is emptied']) {
    test.concurrent(`has room again when ${reaction}`, async () => {
      const report = await runInShell(mount, [disk, reaction, ballast], wrapper);
      expectAllAccountedFor(report);
      expect(report.after.torn).toEqual([]);
      expect(report.after.found).toBe(report.logged - report.dropped - report.whileFull.written);
    });
  }
});

describe('a reader that is gone', () => {
  test('before the first line ends nothing, and errors go to standard error', async () => {
    const program = start('faulty-output', []);
    program.stdout.destroy();
    const finished = await finish(program);
    expect(finished.code).toBe(0);
    expect(messagesOf(finished)).toEqual(['an error', 'at exit']);
  });

  const kinds = ['the default logger', 'text for people', 'durability record'];
  for (const kind of process.platform === 'win32' ? [] : kinds) {
    test.concurrent(`after one line, as \`| head -n 1\`, stops writing and ends nothing (${kind})`, async () => {
      const { command, env } = shellCommand('head', [kind]);
      const pipe = `{ ${command}; echo "code $?" >&2; } | head -n 1`;
      const { stdout, stderr } = await finish(spawn('sh', ['-c', pipe], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
      const [said = '', code] = stderr.trimEnd().split('\n');
      expect([stdout.trimEnd().split('\n').length, code]).toEqual([1, 'code 0']);
      const { outcome, records, dropped, sink } = JSON.parse(said) as {
        outcome: string;
        records: number;
        dropped: number;
        sink: { written: number; pending: number; failures: number };
      };
      expect([outcome, records, sink.written + dropped, sink.pending]).toEqual(['done', 50, 50, 0]);
      // The first refusal is the last write: nothing is tried again.
      expect(sink.failures).toBe(1);
    });
  }
});
