// Where the operating system refuses to write: a full disk, a reader that is gone.
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
import { finish, indexesOf, start, startInto, type Finished } from './programs.ts';

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

describe('a reader that is gone', () => {
  test('before the first line ends nothing, and errors go to standard error', async () => {
    const program = start('faulty-output', []);
    program.stdout.destroy();
    const finished = await finish(program);
    expect(finished.code).toBe(0);
    expect(messagesOf(finished)).toEqual(['an error', 'at exit']);
  });
});
