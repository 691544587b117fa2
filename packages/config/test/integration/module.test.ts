import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const program = join(import.meta.dirname, '../fixtures/load-module.ts');

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'config-module-'));
});
afterAll(async () => {
  await rm(cwd, { recursive: true });
});

const cases = [
  { name: 'good.ts', text: 'const port: number = 5;\nexport default { port };', shows: '5 good.ts' },
  {
    name: 'throws.mjs',
    text: 'throw new RangeError("hunter2");',
    shows: 'throws.mjs:1:7 could not be imported (RangeError).',
  },
  {
    name: 'broken.ts',
    text: 'export default {\n  port: ;',
    shows: 'broken.ts:2 could not be imported (ERR_INVALID_TYPESCRIPT_SYNTAX).',
  },
  { name: 'empty.mjs', text: 'export const port = 1;', shows: 'empty.mjs expected an object with keys, got nothing.' },
];
for (const { name, text, shows } of cases) {
  test(`${name} loads as "${shows}" in plain Node`, async () => {
    await writeFile(join(cwd, name), text);
    const { stdout } = await run(process.execPath, ['--conditions=@seaworthy/source', program, name], { cwd });
    expect(stdout.trim()).toBe(shows);
  });
}

test('a module that was read while it was half-written is read again when it is whole, whatever the clock says', async () => {
  const fixture = join(import.meta.dirname, '../fixtures/reload-module.ts');
  const args = ['--conditions=@seaworthy/source', fixture, join(cwd, 'halves.mjs')];
  expect((await run(process.execPath, args)).stdout.trim()).toBe('refused 22');
});
