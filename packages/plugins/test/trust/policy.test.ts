import { expect, test } from 'vitest';
import { PluginErrors } from '../../src/index.ts';
import { parseTrustPolicy } from '../../src/trust.ts';

const key = 'a'.repeat(64);

test('what is left out is strict', () => {
  expect(parseTrustPolicy('{}')).toEqual({
    mode: 'required',
    minimum: 'publisher',
    publishers: {},
    threshold: 1,
    registry: 'optional',
    isolation: { unsigned: 'wasm', registry: 'process', publisher: 'inline' },
    imports: {},
  });
});

test('a policy is JSON or an object, and what is in it stays', () => {
  const policy = {
    mode: 'warn',
    minimum: 'registry',
    publishers: { '@acme/*': [key], tool: [] },
    registry: 'required',
    api: '^0.1.0',
    isolation: { publisher: 'worker' },
    imports: { builtins: ['node:path'], packages: ['lodash'], allow: ['import-meta'], mode: 'required' },
  } as const;
  const problems = (() => {
    try {
      return parseTrustPolicy(policy);
    } catch (error) {
      return String(error);
    }
  })();
  expect(problems).toContain('`publishers["tool"]` has 0 keys, and `threshold` asks for 1');
  const fixed = { ...policy, publishers: { '@acme/*': [key] } };
  expect(parseTrustPolicy(JSON.stringify(fixed))).toEqual(parseTrustPolicy(fixed));
  expect(parseTrustPolicy(fixed)).toMatchObject({ ...fixed, isolation: { unsigned: 'wasm', publisher: 'worker' } });
});

test('all problems are told at once, each with its place and its value', () => {
  const wrong = {
    mode: 'off',
    minimum: 'signed',
    publisher: {},
    publishers: { 'a*b': [key], '@acme/*': ['short'], twice: [key, key], few: [key], '': [key] },
    threshold: 2,
    registry: true,
    api: 'one',
    isolation: { unsigned: 'vm', nobody: 'wasm' },
    imports: { builtins: 'fs', allow: ['everything'], packages: [1], mode: 'no', more: 1 },
  };
  const error = parseError(JSON.stringify(wrong));
  expect(error.message.split('\n').slice(1, -1)).toEqual([
    '- `publisher` is unknown; it knows mode, minimum, publishers, threshold, registry, api, isolation, imports',
    '- `mode` is "off", and one of required, warn is expected',
    '- `minimum` is "signed", and one of unsigned, registry, publisher is expected',
    '- `registry` is true, and one of required, optional is expected',
    '- `api` is "one", and a semver range is expected',
    '- `publishers["a*b"]` has a name that is no plugin id, or the beginning of one and a star',
    '- `publishers["@acme/*"]` is ["short"], and a list of key ids (64 hexadecimal digits) is expected',
    expect.stringContaining('`publishers["twice"]` is ["aaaa'),
    '- `publishers["few"]` has 1 keys, and `threshold` asks for 2',
    '- `publishers[""]` has a name that is no plugin id, or the beginning of one and a star',
    '- `isolation.nobody` is unknown; it knows unsigned, registry, publisher',
    '- `isolation.unsigned` is "vm", and one of inline, worker, process, wasm is expected',
    '- `imports.more` is unknown; it knows mode, builtins, packages, allow',
    '- `imports.mode` is "no", and one of required, warn is expected',
    '- `imports.builtins` is "fs", and a list of names is expected',
    '- `imports.packages` is [1], and a list of names is expected',
    expect.stringContaining('- `imports.allow` is ["everything"], and a list of builtin, package'),
  ]);
  expect(error.message).toContain('has 17 problems');
});

for (const text of [
  '',
  '[]',
  'null',
  '"required"',
  '{',
  '{"publishers":[]}',
  '{"isolation":"wasm"}',
  '{"imports":true}',
]) {
  test(`refuses ${text || 'nothing'}`, () => {
    expect(PluginErrors.POLICY_INVALID.is(parseError(text))).toBe(true);
  });
}

test('a name of every object is a name like others', () => {
  expect(parseTrustPolicy(`{"publishers":{"constructor":["${key}"]}}`).publishers).toEqual({ constructor: [key] });
  expect(parseError('{"__proto__":{}}').message).toContain('`__proto__` is unknown');
});

function parseError(text: string): Error {
  try {
    parseTrustPolicy(text);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  return expect.fail(`${text} was accepted`);
}
