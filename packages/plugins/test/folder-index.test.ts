import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createPluginHost, folder, indexFolder } from '../src/index.ts';
import type { Discovery } from '../src/index.ts';
import { states } from './make.ts';
import { packages, recorded, recording, type Packages } from './packages.ts';

const signal = new AbortController().signal;
const indexFile = '.seaworthy-plugins.json';

async function found(disk: Packages): Promise<readonly unknown[]> {
  const discovered: readonly Discovery[] = await folder(disk.path).discover(signal);
  return discovered.map((each) => [each.manifest, 'directory' in each && each.directory.href]);
}

test('an indexed folder has the same plugins as before, at the same places', async () => {
  await using disk = await packages();
  await disk.add('b', { provides: ['db'] });
  await disk.add('@scope/ä %20#?:', {});
  await disk.write('plain/package.json', '{ "name": "plain" }');
  const before = await found(disk);
  expect(await indexFolder(disk.path)).toBe(2);
  expect(await found(disk)).toEqual(before);
});

test('the manifests come from the index, no longer from the packages', async () => {
  await using disk = await packages();
  await disk.add('a', { provides: ['before'] });
  await indexFolder(disk.path);
  await disk.add('a', { provides: ['after'] });
  expect(await folder(disk.path).discover(signal)).toMatchObject([{ manifest: { provides: ['before'] } }]);
});

test('plugins of an index are loaded, and see their config', async () => {
  await using disk = await packages();
  await disk.add('a', {}, { 'index.js': recording('indexed a') });
  await indexFolder(disk.path);
  const host = await createPluginHost({ sources: [folder(disk.path, { config: () => 7 })] });
  await host.start();
  expect(recorded('indexed a')).toEqual(['import', 'init 7', 'start']);
  await host.close();
});

test('a plugin whose package.json is not the indexed one any more is not loaded', async () => {
  await using disk = await packages();
  await disk.add('a', {}, { 'index.js': recording('stale a') });
  await disk.add('b', {}, { 'index.js': 'export default {};' });
  await indexFolder(disk.path);
  await disk.add('a', { permissions: { net: ['evil.example'] } });
  const host = await createPluginHost({ sources: [folder(disk.path)] });
  await host.start();
  expect(states(host)).toEqual({ a: 'failed', b: 'started' });
  expect(host.status()[0]?.error?.code).toBe('seaworthy.plugins.INDEX_STALE');
  expect(recorded('stale a')).toEqual([]);
  await host.close();
});

test('a package that came into a scope since makes the index count for nothing', async () => {
  await using disk = await packages();
  await disk.add('@scope/a', {});
  await indexFolder(disk.path);
  await disk.add('@scope/b', {});
  expect(await found(disk)).toHaveLength(2);
});

test('with config from the application the packages of an index are those of the folder', async () => {
  await using disk = await packages();
  await disk.add('a', { configVersion: 3 });
  const given = { config: (id: string) => `config of ${id}`, configVersion: () => 2 };
  const before = await folder(disk.path, given).discover(signal);
  await indexFolder(disk.path);
  const after = await folder(disk.path, given).discover(signal);
  expect(before).toMatchObject([{ config: 'config of a', configVersion: 2 }]);
  expect(after).toMatchObject([{ config: 'config of a', configVersion: 2 }]);
});

test('a package that came or went since makes the index count for nothing', async () => {
  await using disk = await packages();
  await disk.add('a', {});
  await indexFolder(disk.path);
  await disk.add('b', {});
  expect(await found(disk)).toHaveLength(2);
});

const empty = { listing: 'a', packages: [], digests: '' };
for (const text of [
  '',
  '{',
  '[]',
  '{ "format": 3 }',
  JSON.stringify({ ...empty, format: 2 }),
  JSON.stringify({ ...empty, format: 3, digests: 'x' }),
  JSON.stringify({ ...empty, format: 3, packages: [null], digests: '0'.repeat(64) }),
]) {
  test(`an index that is ${JSON.stringify(text)} counts for nothing`, async () => {
    await using disk = await packages();
    await disk.add('a', {});
    await disk.write(indexFile, text);
    expect(await found(disk)).toHaveLength(1);
  });
}

test('an index cannot lead out of its folder', async () => {
  await using disk = await packages();
  await disk.add('inside/a', {}, { 'index.js': 'export default {};' });
  await disk.add('outside', {}, { 'index.js': recording('led outside') });
  await indexFolder(join(disk.path, 'inside'));
  const file = join('inside', indexFile);
  const text = await readFile(join(disk.path, file), 'utf8');
  await disk.write(file, text.replace('"directory":"./a"', '"directory":"../outside"'));
  const host = await createPluginHost({ sources: [folder(join(disk.path, 'inside'))] });
  await host.start();
  expect(host.status()[0]?.state).toBe('failed');
  expect(recorded('led outside')).toEqual([]);
  await host.close();
});

test('what is wrong with a manifest is said all the same', async () => {
  await using disk = await packages();
  await disk.add('a', { failure: 'sometimes' });
  await disk.add('b', {});
  await indexFolder(disk.path);
  await expect(createPluginHost({ sources: [folder(disk.path)] })).rejects.toMatchObject({
    params: { problems: [{ kind: 'invalid-manifest', plugins: ['a'] }] },
  });
});
