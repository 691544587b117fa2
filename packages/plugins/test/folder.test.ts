import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { createPluginHost, folder } from '../src/index.ts';
import { states } from './make.ts';
import { packages, recorded, recording } from './packages.ts';

test('the packages of a folder with a "seaworthy" object are plugins, in order; others are not', async () => {
  await using disk = await packages();
  await disk.add('b', {});
  await disk.add('@scope/a', { provides: ['db'] }, {}, { version: '2.1.0', license: 'MIT' });
  await disk.write('plain/package.json', '{ "name": "plain" }');
  await disk.write('audited/package.json', '{ "name": "audited", "seaworthy": { "failOn": "error" } }');
  await disk.write('.cache/package.json', '{ "name": "cache", "seaworthy": { "api": "*" } }');
  await disk.write('README.md', 'no package');
  await mkdir(join(disk.path, 'empty'));
  const found = await folder(disk.path).discover(new AbortController().signal);
  expect(found).toMatchObject([
    { manifest: { id: '@scope/a', version: '2.1.0', licence: 'MIT', provides: ['db'] } },
    { manifest: { id: 'b', version: '1.0.0' } },
  ]);
});

test('a folder that is not there has no plugins', async () => {
  await using disk = await packages();
  const host = await createPluginHost({ sources: [folder(join(disk.path, 'none'))] });
  expect(host.status()).toEqual([]);
  await host.close();
});

const broken: readonly { readonly name: string; readonly text: string; readonly says: string }[] = [
  { name: 'cannot be parsed', text: '{ "seaworthy": ', says: 'Plugin "bad" has a package.json that cannot be parsed' },
  {
    name: 'has no name',
    text: '{ "seaworthy": { "api": "*" } }',
    says: 'Plugin "bad" has a package.json without a name',
  },
  {
    name: 'has an unknown field',
    text: '{ "name": "bad", "seaworthy": { "api": "*", "permision": {} } }',
    says: 'Plugin "bad" has the unknown field `seaworthy.permision`',
  },
  {
    name: 'does not name its api',
    text: '{ "name": "bad", "seaworthy": { "entry": "./a.js" } }',
    says: 'Plugin "bad" does not say which `api` it is for',
  },
];
for (const { name, text, says } of broken) {
  test(`a package.json that ${name} is a problem of that plugin alone`, async () => {
    await using disk = await packages();
    await disk.write('bad/package.json', text);
    await disk.add('good', {}, { 'index.js': 'export default {};' });
    const sources = [folder(disk.path)];
    await expect(createPluginHost({ sources })).rejects.toThrow(`- ${says}`);
    const host = await createPluginHost({ sources, onProblems: 'skip' });
    await host.start();
    expect(states(host)).toEqual({ bad: 'skipped', good: 'started' });
    await host.close();
  });
}

test('code is imported by start(), not before, and gets its config', async () => {
  await using disk = await packages();
  await disk.add('a', { entry: './main.js' }, { 'main.js': recording('folder a') });
  const host = await createPluginHost({ sources: [folder(pathToFileURL(disk.path), { config: (id) => ({ id }) })] });
  expect(recorded('folder a')).toEqual([]);
  await host.start();
  await host.close();
  expect(recorded('folder a')).toEqual(['import', 'init {"id":"a"}', 'start', 'stop', 'destroy']);
});

const failing: readonly {
  readonly name: string;
  readonly text?: string;
  readonly code: string;
  readonly says: string;
}[] = [
  { name: 'is missing', code: 'ENTRY_MISSING', says: 'Build the plugin' },
  { name: 'exports no plugin', text: 'export const a = 1;', code: 'NOT_A_PLUGIN', says: 'has no default export' },
  { name: 'exports a function', text: 'export default () => {};', code: 'NOT_A_PLUGIN', says: 'has a function where' },
  {
    name: 'exports a hook that is no function',
    text: 'export default { onInit: 7 };',
    code: 'NOT_A_PLUGIN',
    says: 'a hook onInit that is no function',
  },
  {
    name: 'exports a hook that is misspelt',
    text: 'export default { onInti() {} };',
    code: 'NOT_A_PLUGIN',
    says: 'the hook onInti, which is none of onInit, onStart, onStop,',
  },
  { name: 'throws', text: 'throw new Error("no ink");', code: 'HOOK_FAILED', says: 'failed in load: no ink' },
  { name: 'has an error in its syntax', text: 'const = 1;', code: 'HOOK_FAILED', says: 'failed in load' },
  {
    name: 'never ends',
    text: 'await new Promise(() => setTimeout(() => {}, 1e6).unref());',
    code: 'START_TIMEOUT',
    says: 'finish load',
  },
];
for (const { name, text, code, says } of failing) {
  test(`an entry that ${name} takes out its plugin, and no other`, async () => {
    await using disk = await packages();
    const timeouts = { startTimeoutMs: code === 'START_TIMEOUT' ? 50 : 20_000 };
    await disk.add('bad', timeouts, text === undefined ? {} : { 'index.js': text });
    await disk.add('good', {}, { 'index.js': 'export default {};' });
    const host = await createPluginHost({ sources: [folder(disk.path)] });
    await host.start();
    expect(states(host)).toEqual({ bad: 'failed', good: 'started' });
    expect(host.status()[0]?.error).toEqual({
      code: `seaworthy.plugins.${code}`,
      message: expect.stringContaining(says),
    });
    await host.close();
  });
}

test('an entry that is a link out of its package is refused', async () => {
  await using disk = await packages();
  await disk.write('outside.js', recording('outside'));
  await disk.add('a', {});
  await symlink(join(disk.path, 'outside.js'), join(disk.path, 'a/index.js'));
  const host = await createPluginHost({ sources: [folder(disk.path)] });
  await host.start();
  expect(host.status()[0]?.error?.code).toBe('seaworthy.plugins.ENTRY_OUTSIDE');
  expect(recorded('outside')).toEqual([]);
  await host.close();
});

test('a package that is linked into the folder is a plugin, at its real place', async () => {
  await using disk = await packages();
  await disk.add('real/a', {}, { 'index.js': 'export default {};' });
  await mkdir(join(disk.path, 'modules'));
  await symlink(join(disk.path, 'real/a'), join(disk.path, 'modules/a'));
  const host = await createPluginHost({ sources: [folder(join(disk.path, 'modules'))] });
  await host.start();
  expect(states(host)).toEqual({ 'real/a': 'started' });
  await host.close();
});
