// Values as JavaScript gives them: what is misspelt would do nothing, and what is of another kind would fail later.
import { afterAll, expect, test } from 'vitest';
import {
  createFlags,
  exposures,
  file,
  FlagErrors,
  gradualRollout,
  http,
  memory,
  ofrep,
  schedule,
  sse,
  validateFlags,
} from '../src/index.ts';
import { postgres } from '../src/postgres.ts';
import { redis } from '../src/redis.ts';

const call =
  (make: (...args: never[]) => unknown, ...args: readonly unknown[]) =>
  async (): Promise<unknown> =>
    Reflect.apply(make, undefined, args);

const source = memory({
  flags: { a: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' } },
});
const flags = await createFlags({ source });
afterAll(() => flags.close());

const address = 'http://127.0.0.1:9/';
const client = { duplicate() {}, on() {}, call() {}, sendCommand() {} };
const cases: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['options` to be an object, got `undefined (undefined)`', call(createFlags, undefined)],
  ['options` to be an object, got `null (object)`', call(createFlags, null)],
  ['options` to be an object, got `a list (object)`', call(createFlags, [])],
  ['source` to be a source such as memory(…) or file(…), got `null (object)`', call(createFlags, { source: null })],
  ['context` to be an object, got `Symbol(s) (symbol)`', call(createFlags, { source, context: Symbol('s') })],
  ['hooks` to be a list of hooks, got `null (object)`', call(createFlags, { source, hooks: [null] })],
  ['overrides` to be what fixed(…) or env(…) give, got `5 (number)`', call(createFlags, { source, overrides: 5 })],
  ['logger` to be an object with `info` and `error`, got `5 (number)`', call(createFlags, { source, logger: 5 })],
  ['signal` to be an AbortSignal, got `an object (object)`', call(createFlags, { source, signal: {} })],
  [
    'lastKnownGood` to be the path of a file, got `an object (object)`',
    call(createFlags, { source, lastKnownGood: Object.create(null) }),
  ],
  ['path` to be the path of a file, got `undefined (undefined)`', call(file, undefined)],
  ['pollMs` to be a number from 1 to 2147483647, got `0 (number)`', call(file, 'flags.json', { pollMs: 0 })],
  ['url` to be an address, got `an object (object)`', call(http, Object.create(null))],
  ['url` to be an address, got `Symbol(s) (symbol)`', call(http, Symbol('s'))],
  ['listener` to be a function, got `undefined (undefined)`', call(exposures, undefined)],
  ['listener` to be a function, got `5 (number)`', call(flags.on, 'change', 5)],
  ['basePath` to be a path, got `5 (number)`', call(flags.ofrep, { basePath: 5 })],
  ...[file, http, ofrep, sse].map(
    (make) => ['options` to be an object, got `null (object)`', call(make, address, null)] as const,
  ),
  ...[gradualRollout, schedule].map(
    (make) => ['options` to be an object, got `undefined (undefined)`', call(make, undefined)] as const,
  ),
  ['options` to be an object of source, ', call(createFlags, { source, onInvaild: 'quarantine' })],
  ['options` to be an object of pollMs, dialect, got `poll (string)`', call(file, 'flags.json', { poll: 5 })],
  ['options` to be an object of pollMs, ', call(http, address, { header: {} })],
  ['options` to be an object of pollMs, ', call(sse, address, { event: address })],
  ['options` to be an object of pollMs, ', call(ofrep, address, { dialect: {} })],
  ['options` to be an object of pollMs, ', call(redis, client, { prefix: 'flags' })],
  ['options` to be an object of pollMs, ', call(postgres, address, { tabel: 'flags' })],
  ['options` to be an object of basePath, ', call(flags.ofrep, { basepath: '/' })],
  ['options` to be an object of max, got `maximum (string)`', call(exposures, () => {}, { maximum: 5 })],
  [
    'options` to be an object of from, until, variant, otherwise, got `till (string)`',
    call(schedule, { from: '2026-01-01', till: '2026-02-01', variant: 'on', otherwise: 'off' }),
  ],
];
for (const [index, [says, make]] of cases.entries()) {
  test(`Expected \`${says} (${index})`, async () => {
    await expect(make()).rejects.toThrow(`Expected \`${says}`);
    await expect(make()).rejects.toThrow(FlagErrors.INVALID_OPTION);
  });
}

const keys: readonly (readonly [string, unknown])[] = [
  ['Symbol(a)', Symbol('a')],
  ['undefined', undefined],
  ['an object', Object.create(null)],
  [
    'an object',
    {
      toString() {
        throw new Error('no text');
      },
    },
  ],
];
for (const [index, [name, key]] of keys.entries()) {
  test(`nothing throws for a key that is no text, such as ${name} (${index})`, async () => {
    const evaluation = { errorCode: 'FLAG_NOT_FOUND', errorMessage: `There is no flag "${name}".` };
    await expect(call(flags.value, key, {}, false)()).resolves.toBe(false);
    await expect(call(flags.evaluate, key)()).resolves.toMatchObject(evaluation);
    await expect(call(flags.explain, key)()).resolves.toMatchObject({ evaluation });
    await expect(call(flags.handle, key)()).resolves.toBeDefined();
  });
}

test('a document of which nothing can be shown has one problem', () => {
  expect(validateFlags(Symbol('flags'))).toEqual([
    { path: '', message: 'The document is a symbol; write an object with "flags"' },
  ]);
});

test('no options of a rollback are none', async () => {
  await expect(call(flags.rollback, 99, null)()).rejects.toThrow(FlagErrors.UNKNOWN_VERSION);
});
