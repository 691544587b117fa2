import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from '../src/run.ts';
import { fakeIo, type FakeIo } from './support/io.ts';
import { writeProject } from './support/project.ts';

const module = fileURLToPath(new URL('fixtures/schemas.ts', import.meta.url));

async function ask(words: readonly string[], cwd = writeProject({})): Promise<FakeIo & { readonly code: number }> {
  const io = fakeIo({ cwd });
  const code = await run(['schema', ...words], io);
  return { ...io, code };
}

test('schema show writes a version as JSON Schema', async () => {
  const { code, out } = await ask(['show', module, 'shop.order', '1']);
  expect([code, Object.keys(JSON.parse(out()).properties)]).toEqual([0, ['id']]);
});

test('schema diff tells what has changed between two versions', async () => {
  const { code, out } = await ask(['diff', module, 'shop.order', '1', '2']);
  expect([code, out()]).toEqual([0, expect.stringContaining('compatible')]);
});

test('schema update writes what schema check holds the module to', async () => {
  const cwd = writeProject({});
  expect((await ask(['update', module], cwd)).code).toBe(0);
  expect((await ask(['check', module, '--format', 'json'], cwd)).code).toBe(0);
  copyFileSync(join(cwd, 'schemas.lock.json'), join(cwd, 'other.json'));
  expect((await ask(['check', module, '--lock', 'other.json'], cwd)).code).toBe(0);
});

const wrong: readonly (readonly [words: readonly string[], code: number])[] = [
  [['check'], 2],
  [['show', module], 2],
  [['show', module, 'nobody'], 2],
  [['diff', module, 'shop.order', '1', '9'], 2],
  [['check', module, '--mode', 'SIDEWAYS', '--lock', 'none.json'], 3],
  [['check', 'nowhere.ts'], 3],
];

for (const [words, code] of wrong) {
  test(`schema ${words.map((word) => (word === module ? '<module>' : word)).join(' ')} ends in ${code}`, async () => {
    expect((await ask(words)).code).toBe(code);
  });
}
