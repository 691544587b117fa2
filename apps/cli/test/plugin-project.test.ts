import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { create, tryOut } from '../src/handlers/plugin-project.ts';
import { fakeIo } from './support/io.ts';

const place = mkdtempSync(join(tmpdir(), 'seaworthy-plugin-project-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** A plugin on disk, with more in its manifest. */
function plugin(name: string, code: string, manifest: Readonly<Record<string, unknown>> = {}): string {
  const folder = join(place, name);
  mkdirSync(folder);
  const seaworthy = { api: '^0.1.0', entry: './index.js', ...manifest };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', type: 'module', seaworthy }));
  writeFileSync(join(folder, 'index.js'), code);
  return name;
}

test('new writes a plugin into a directory that is named like it, and says what to type next', async () => {
  const io = fakeIo({ cwd: place });
  expect(await create({ language: 'javascript' }, '@acme/greeter', io)).toBe(0);
  expect(io.out()).toContain(`${join('greeter', 'src', 'index.js')}\n`);
  expect(io.err()).toBe('Next, in greeter: npm install, then npm test.\n');
  expect(existsSync(join(place, 'greeter', 'package.json'))).toBe(true);
});

test('new writes over nothing', async () => {
  writeFileSync(join(place, 'taken.txt'), 'mine');
  const io = fakeIo({ cwd: place });
  await expect(create({ directory: '.' }, 'greeter', io)).rejects.toMatchObject({
    code: 'seaworthy.plugins.FOLDER_TAKEN',
  });
});

for (const { what, name, flags } of [
  { what: 'a name that npm does not take', name: 'A B', flags: {} },
  { what: 'a language that there is not', name: 'fine', flags: { language: 'cobol' } },
]) {
  test(`new refuses ${what}`, async () => {
    const io = fakeIo({ cwd: place });
    await expect(create({ directory: 'refused', ...flags }, name, io)).rejects.toMatchObject({
      code: 'seaworthy.plugins.INVALID_OPTION',
    });
    expect(existsSync(join(place, 'refused', 'package.json'))).toBe(false);
  });
}

test('test starts a plugin in each tier that it allows', async () => {
  const io = fakeIo({ cwd: place });
  const folder = plugin('tidy', 'export default { onInit(ctx) { ctx.setInterval(() => {}, 1000); } };');
  expect(await tryOut(folder, io)).toBe(0);
  const line = 'starts, stops, and leaves nothing behind';
  expect(io.out()).toBe(['inline', 'worker', 'process', 'wasm'].map((tier) => `${tier}: ${line}\n`).join(''));
});

test('test tells what a plugin leaves behind, and answers with 1', async () => {
  const io = fakeIo({ cwd: place });
  const code =
    'export default { onInit() { const timer = setInterval(() => {}, 50); setTimeout(() => clearInterval(timer), 3000); } };';
  expect(await tryOut(plugin('leaky', code, { inlineOnly: true }), io)).toBe(1);
  expect(io.out()).toMatch(/^inline: timers that keep the process alive: \d\n$/);
});

test('test says why a directory is no plugin', async () => {
  mkdirSync(join(place, 'none'));
  writeFileSync(join(place, 'none', 'package.json'), '{"name":"none"}');
  await expect(tryOut('none', fakeIo({ cwd: place }))).rejects.toMatchObject({
    code: 'seaworthy.plugins.CODE_REFUSED',
  });
});
