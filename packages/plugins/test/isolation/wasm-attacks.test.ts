import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createPluginHost, folder, wasmTier, type AuditEntry } from '../../src/index.ts';
import { packages } from '../packages.ts';
import { hosted, trying, type Hosted } from './disk.ts';

const absent = [
  'process',
  'require',
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'WebAssembly',
  'Buffer',
  'module',
  'global',
  'seaworthyHost',
  'std',
  'os',
  'Worker',
];
const forbidden = [
  'node:fs',
  'fs',
  'node:net',
  'std',
  'os',
  '/etc/passwd',
  '../../seaworthy/rpc.js',
  '../../../etc/passwd',
  'file:///etc/passwd',
];

describe('a hostile plugin in QuickJS', () => {
  let it: Hosted;
  const audit: AuditEntry[] = [];
  beforeAll(async () => {
    const head = `const attempts = {
      missing: async (names) => names.filter((name) => globalThis[name] !== undefined),
      load: async (name) => await import(name),
      code: async () => Function('return typeof process')(),
      pollute: async () => { Object.prototype.polluted = 1; Array.prototype.push = () => { throw 1; }; return {}; },
      flood: async () => 'x'.repeat(9e6),
      forge: async () => JSON.parse('{"__proto__": {"polluted": true}, "n": 1}'),
      recurse: async () => { const again = () => again() + 1; return again(); },
    };`;
    const evil = trying('evil', 'return await attempts[args[0]](args[1])', head);
    it = await hosted(wasmTier({ audit: { record: (entry) => audit.push(entry) } }), {
      evil: { code: evil, manifest: { limits: { callTimeoutMs: 2_000 }, stopTimeoutMs: 5_000 } },
      good: trying('good', 'return [typeof {}.polluted, [].push.length]'),
    });
  });
  afterAll(async () => await it[Symbol.asyncDispose]());

  test('finds nothing but the language', async () => {
    expect(await it.run('evil.try', ['missing', absent])).toEqual([]);
    expect(await it.run('evil.try', ['code'])).toBe('undefined');
  });

  for (const name of forbidden) {
    test(`cannot import ${name}, and the attempt is on record`, async () => {
      await expect(it.run('evil.try', ['load', name])).rejects.toThrow(/is refused|could not/);
      await expect
        .poll(() => audit)
        .toContainEqual(
          expect.objectContaining({
            event: 'refused',
            plugin: 'evil',
            details: { tier: 'wasm', what: `import of ${name}` },
          }),
        );
    });
  }

  test('cannot send more than is allowed', async () => {
    await expect(it.run('evil.try', ['flood'])).rejects.toThrow(/at most \d+ may cross/);
  });

  test('cannot reach a prototype of the host by what it sends', async () => {
    const answer = await it.run('evil.try', ['forge']);
    expect(Object.keys(answer as object)).toEqual(['__proto__', 'n']);
    expect('polluted' in {}).toBe(false);
  });

  test('overflows its own stack only', async () => {
    await expect(it.run('evil.try', ['recurse'])).rejects.toThrow(/stack overflow/);
  });

  test('breaks itself only when it changes its prototypes and overflows its stack', async () => {
    await it.run('evil.try', ['pollute']).catch(() => undefined);
    await it.host.unload('evil').catch(() => undefined);
    expect(await it.run('good.try')).toEqual(['undefined', 1]);
    expect('polluted' in {}).toBe(false);
  });
});

test('a package with a link that leads out is not loaded', async () => {
  await using disk = await packages();
  await disk.add('a', {}, { 'index.js': 'export default {};' });
  await symlink('/etc/passwd', join(disk.path, 'a/data.json'));
  const host = await createPluginHost({
    sources: [folder(disk.path)],
    tiers: [wasmTier()],
    policy: { isolation: 'wasm' },
  });
  await host.start();
  expect(host.status()).toMatchObject([
    { state: 'failed', error: { message: expect.stringContaining('outside of its folder') } },
  ]);
  await host.close();
});

test('many plugins come and go, each in a module of its own', async () => {
  await using it = await hosted(
    wasmTier(),
    Object.fromEntries(Array.from({ length: 30 }, (_none, n) => [`p${n}`, trying(`p${n}`, 'return ctx.id')])),
  );
  for (let n = 0; n < 30; n += 2) await it.host.unload(`p${n}`);
  expect(await it.run('p1.try')).toBe('p1');
  expect(it.host.status().filter(({ state }) => state === 'started')).toHaveLength(15);
});

test('without its package the tier says which one to install', async () => {
  vi.doMock('quickjs-emscripten', () => {
    throw new Error('Cannot find package');
  });
  vi.resetModules();
  const fresh = await import('../../src/index.ts');
  await using disk = await packages();
  await disk.add('a', {}, { 'index.js': 'export default {};' });
  const host = await fresh.createPluginHost({
    sources: [fresh.folder(disk.path)],
    tiers: [fresh.wasmTier()],
    policy: { isolation: 'wasm' },
  });
  await host.start();
  expect(host.status()[0]?.error?.message).toMatch(
    /wasmTier\(\) needs the package "quickjs-emscripten", which cannot be imported/,
  );
  await host.close();
  vi.doUnmock('quickjs-emscripten');
});
