import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { defineErrors, fromJSON } from '../../src/index.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const conditions = '--conditions=@seaworthy/source';
const fixture = (name: string): string => join(root, 'test/fixtures', name);

test('the command explains a code', async () => {
  const bin = join(root, 'src/bin.ts');
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
  const failure = run(process.execPath, [conditions, join(root, 'src/bin.ts'), 'explode']);
  await expect(failure).rejects.toMatchObject({ code: 2, stdout: '' });
});

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
