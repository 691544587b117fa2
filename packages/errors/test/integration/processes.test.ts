import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { defineErrors, fromJSON } from '../../src/index.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const conditions = '--conditions=@seaworthy/source';
const bin = join(root, 'src/bin.ts');
const fixture = (name: string): string => join(root, 'test/fixtures', name);

test('the command explains a code', async () => {
  const { stdout, stderr } = await run(process.execPath, [
    conditions,
    bin,
    'explain',
    'shop.FULL',
    fixture('shop.mjs'),
  ]);
  expect(stdout).toContain('Only {count} items fit');
  expect(stderr).toBe('');
});

test('the command ends with 2 when it is used wrongly', async () => {
  const failure = run(process.execPath, [conditions, bin, 'explode']);
  await expect(failure).rejects.toMatchObject({ code: 2, stdout: '' });
});

test('the command ends when its answer is out, whatever a module has left open', async () => {
  const args = [conditions, bin, 'explain', 'late.GONE', fixture('timer.mjs')];
  const { stdout } = await run(process.execPath, args, { timeout: 60_000 });
  expect(stdout).toMatch(/^late\.GONE\n/);
});

test('the whole answer leaves the command, also when its reader is slow', async () => {
  const { stdout, code } = await piped('sleep 0.5; cat');
  expect(stdout).toMatch(/## big\.P999\n[^]*\n$/);
  expect(code).toBe('0');
});

test('a reader that closes the pipe before the end is no error', async () => {
  expect(await piped('head -n 1')).toEqual({ stdout: '# Error index\n', stderr: '', code: '0' });
});

test.skipIf(!existsSync('/dev/full'))(
  'a full disk ends the command with 3 (skipped where there is no /dev/full)',
  async () => {
    expect(await piped('cat', '/dev/full')).toEqual({
      stdout: '',
      stderr: 'The output could not be written (ENOSPC). Check where it goes.\n',
      code: '3',
    });
  },
);

/** Runs the command for a long index into a reader, or a file; `code` is the command's own. */
async function piped(reader: string, file?: string): Promise<{ stdout: string; stderr: string; code: string }> {
  const script = `{ "$@"; echo $? >&3; } ${file === undefined ? '' : `> ${file} `}3> "$CODE" | { ${reader}; }`;
  const folder = await mkdtemp(join(tmpdir(), 'seaworthy-errors-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const env = { ...process.env, CODE: join(folder, 'code') };
  const args = ['-c', script, 'sh', process.execPath, conditions, bin, 'docs', fixture('big.mjs')];
  const { stdout, stderr } = await run('sh', args, { env, maxBuffer: 10_000_000 });
  return { stdout, stderr, code: (await readFile(env.CODE, 'utf8')).trim() };
}

test('an uncaught error prints its code and message, and no sensitive value', async () => {
  const failure = run(process.execPath, [conditions, fixture('uncaught.mjs')]);
  await expect(failure).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/bank\.DECLINED: Card \[redacted\] was declined by Acme/),
  });
  await expect(failure).rejects.not.toMatchObject({ stderr: expect.stringContaining('4000-1234') });
});

test('frozen intrinsics are no obstacle', async () => {
  const { stdout } = await run(process.execPath, [
    '--frozen-intrinsics',
    '--no-warnings',
    conditions,
    fixture('quiet.mjs'),
  ]);
  expect(stdout).toBe('bank.QUOTA: Quota of 3 exceeded\n');
});

test('an error comes back from a worker thread as one of its own class', async () => {
  const Errors = defineErrors('bank', { QUOTA: { message: 'Quota of {limit} exceeded' } });
  const worker = new Worker(fixture('worker.mjs'), { execArgv: [conditions] });
  const data = await new Promise<unknown>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  const error = fromJSON(data, Errors);
  expect(Errors.QUOTA.is(error) && error.params.limit).toBe(3n);
  expect(error.stack).toContain('worker.mjs');
  expect(error.cause).toBeInstanceOf(RangeError);
});
