import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSpdx } from '../src/manifest-licence.ts';
import { manifestProblems } from '../src/manifest.ts';

/** Manifests come from files: their values can have any type. */
const problems = (manifest: object): readonly string[] => manifestProblems({ id: 'a', ...manifest });

const wrong: readonly { readonly given: object; readonly says: string }[] = [
  { given: { entry: '../other/index.js' }, says: 'has the entry "../other/index.js"; write a path inside the package' },
  { given: { entry: '/etc/passwd' }, says: 'write a path inside the package' },
  { given: { entry: 'https://example.com/a.js' }, says: 'write a path inside the package' },
  { given: { entry: 'data:text/javascript,0' }, says: 'write a path inside the package' },
  { given: { entry: '..%2fother.js' }, says: 'write a path inside the package' },
  { given: { entry: '..\\other.js' }, says: 'write a path inside the package' },
  { given: { entry: 'index.js?v=1' }, says: 'write a path inside the package' },
  { given: { entry: '' }, says: 'has the entry ""' },
  { given: { entry: 7 }, says: 'has the entry 7' },
  { given: { id: 'a\nb' }, says: 'has the id "a\\nb"; use up to 214 characters that can be seen' },
  { given: { id: 'a\u202eb' }, says: 'use up to 214 characters that can be seen' },
  { given: { id: 'a\u200b' }, says: 'use up to 214 characters that can be seen' },
  { given: { id: '\ud800' }, says: 'use up to 214 characters that can be seen' },
  { given: { id: 'a'.repeat(215) }, says: 'use up to 214 characters that can be seen' },
  { given: { version: '1.0.0\n' }, says: 'has the version "1.0.0\\n"; give it a semantic version' },
  {
    given: { failiure: 'required' },
    says: 'has the unknown field `failiure`; known are id, version, api, dependencies',
  },
  { given: { isolation: 'worker' }, says: 'has `isolation` "worker"; write { "minimum": "worker" }' },
  { given: { isolation: { minimum: 'vm' } }, says: 'write one of inline, worker, process, wasm' },
  { given: { isolation: { minimun: 'worker' } }, says: 'has the unknown field `isolation.minimun`; known are minimum' },
  { given: { permissions: { network: ['a'] } }, says: 'known are fs, net, env, imports, services' },
  { given: { permissions: { net: 'a' } }, says: 'has `permissions.net` that is not a list of texts' },
  { given: { permissions: { fs: ['/tmp'] } }, says: 'has `permissions.fs` a list' },
  { given: { permissions: { fs: { read: [7] } } }, says: 'has `permissions.fs.read` that is not a list of texts' },
  { given: { permissions: { fs: { delete: [] } } }, says: 'has the unknown field `permissions.fs.delete`' },
  { given: { permissions: null }, says: 'has `permissions` null; write an object' },
  { given: { limits: { memoryMb: 0 } }, says: 'has `limits.memoryMb` 0; write a number above 0' },
  { given: { limits: { memoryMb: '64' } }, says: 'has `limits.memoryMb` "64"' },
  { given: { limits: { memory: 64 } }, says: 'has the unknown field `limits.memory`' },
  { given: { activation: [] }, says: 'has `activation` that is not a list' },
  { given: { activation: ['later'] }, says: 'has the activation "later"; write start, command:<id>' },
  { given: { activation: ['command:greet'] }, says: 'the command "greet", which is not in `contributes.commands`' },
  { given: { activation: ['service:db'] }, says: 'the service "db", which is not in `provides`' },
  { given: { contributes: { comands: [] } }, says: 'has the unknown field `contributes.comands`' },
  { given: { contributes: { commands: ['greet'] } }, says: 'is not a list of { "id", "title" }' },
  { given: { contributes: { events: {} } }, says: 'has `contributes.events` that is not a list of texts' },
  { given: { contributes: { config: [] } }, says: 'has `contributes.config` that is not a JSON Schema' },
  { given: { licence: 'free for all' }, says: 'has the licence "free for all"; write an SPDX expression' },
  { given: { stateVersion: 0 }, says: 'has `stateVersion` 0; write a whole number above 0' },
  { given: { stateVersion: 1.5 }, says: 'has `stateVersion` 1.5' },
];
for (const { given, says } of wrong) {
  test(`the manifest ${JSON.stringify(given)} has one problem`, () => {
    expect(problems(given)).toEqual([expect.stringContaining(says)]);
  });
}

test('a manifest with every field has no problem', () => {
  const full = {
    version: '1.2.0',
    api: '*',
    entry: './dist/index.js',
    licence: '(MIT OR Apache-2.0) AND GPL-2.0-or-later WITH Classpath-exception-2.0',
    isolation: { minimum: 'process' },
    activation: ['start', 'command:greet', 'event:cart.emptied', 'service:db'],
    provides: ['db'],
    contributes: {
      commands: [{ id: 'greet', title: 'Greets' }],
      events: ['greeted'],
      rules: ['R1'],
      config: { type: 'object' },
      categories: ['demo'],
    },
    permissions: {
      fs: { read: ['data'], write: [] },
      net: ['example.com'],
      env: ['HOME'],
      imports: [],
      services: ['db'],
    },
    limits: { memoryMb: 64, callTimeoutMs: 1000, cpuMs: 50, messageBytes: 1e6 },
    stateVersion: 3,
  };
  expect(problems(full)).toEqual([]);
});

test('whatever stands in a manifest, checking it throws nothing', () => {
  const fields = fc.constantFrom(
    'entry',
    'isolation',
    'permissions',
    'limits',
    'activation',
    'contributes',
    'provides',
  );
  fc.assert(
    fc.property(fc.dictionary(fields, fc.anything()), (manifest) => {
      expect(problems(manifest).every((problem) => typeof problem === 'string')).toBe(true);
    }),
  );
});

const expressions: readonly (readonly [text: string, isOne: boolean])[] = [
  ['MIT', true],
  ['UNLICENSED', true],
  ['LicenseRef-mine', true],
  ['GPL-2.0+', true],
  ['MIT OR', false],
  ['OR MIT', false],
  ['MIT Apache-2.0', false],
  ['(MIT', false],
  ['MIT)', false],
  ['()', false],
  ['', false],
];
for (const [text, isOne] of expressions) {
  test(`"${text}" is ${isOne ? 'a' : 'no'} licence expression`, () => {
    expect(isSpdx(text)).toBe(isOne);
  });
}
