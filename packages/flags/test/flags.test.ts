import { expect, test } from 'vitest';
import { createFlags, env, fixed, memory } from '../src/index.ts';
import type { FlagDocument } from '../src/index.ts';
import { flagsOf, toggle } from './make.ts';

const isAda = { '==': [{ var: 'user' }, 'ada'] };
const document: FlagDocument = {
  metadata: { flagSetId: 'shop', version: '7', owner: 'all' },
  $evaluators: { isAda },
  flags: {
    plain: toggle('on'),
    targeted: toggle('off', { targeting: { if: [{ $ref: 'isAda' }, 'on'] }, metadata: { owner: 'team' } }),
    disabled: toggle('on', { state: 'DISABLED' }),
    open: toggle(null),
    limit: { state: 'ENABLED', variants: { low: 10, high: 100 }, defaultVariant: 'low' },
    banner: { state: 'ENABLED', variants: { big: { size: { height: 90 } } }, defaultVariant: 'big' },
    odd: toggle('off', { targeting: { cat: [{ var: 'variant' }] } }),
    named: { state: 'ENABLED', variants: { true: 'yes', false: 'no', 7: 'seven' }, targeting: { var: 'answer' } },
    numeric: toggle('on', { targeting: { '+': [{ var: 'big' }] } }),
  },
};
const shop = { flagSetId: 'shop', version: '7', owner: 'all' };

const cases = [
  { key: 'plain', context: {}, answer: { value: true, variant: 'on', reason: 'STATIC', flagMetadata: shop } },
  {
    key: 'targeted',
    context: { user: 'ada' },
    answer: { value: true, variant: 'on', reason: 'TARGETING_MATCH', flagMetadata: { ...shop, owner: 'team' } },
  },
  { key: 'targeted', context: { user: 'bob' }, answer: { value: false, variant: 'off', reason: 'DEFAULT' } },
  { key: 'disabled', context: {}, answer: { value: undefined, reason: 'DISABLED', flagMetadata: shop } },
  { key: 'open', context: {}, answer: { value: undefined, reason: 'DEFAULT', flagMetadata: shop } },
  { key: 'limit', context: {}, answer: { value: 10, variant: 'low' } },
  { key: 'banner', context: {}, answer: { value: { size: { height: 90 } }, variant: 'big' } },
  {
    key: 'odd',
    context: { variant: 'other' },
    answer: {
      value: undefined,
      reason: 'ERROR',
      errorCode: 'GENERAL',
      errorMessage: 'Flag "odd" has no variant "other".',
    },
  },
  { key: 'named', context: { answer: true }, answer: { value: 'yes', variant: 'true' } },
  { key: 'named', context: { answer: 7 }, answer: { value: 'seven', variant: '7' } },
  {
    key: 'named',
    context: { answer: [7] },
    answer: { errorCode: 'GENERAL', errorMessage: 'Flag "named" has no variant [7].' },
  },
  { key: 'named', context: {}, answer: { value: undefined, reason: 'DEFAULT' } },
  { key: 'numeric', context: { big: Symbol('x') }, answer: { errorCode: 'GENERAL', reason: 'ERROR' } },
  {
    key: 'absent',
    context: {},
    answer: {
      value: undefined,
      reason: 'ERROR',
      errorCode: 'FLAG_NOT_FOUND',
      errorMessage: 'There is no flag "absent".',
    },
  },
];
for (const { key, context, answer } of cases) {
  test(`${key} about ${Object.keys(context).join()} ${Object.values(context).map(String).join()} gives ${answer.errorCode ?? JSON.stringify(answer.value)}`, async () => {
    const flags = await flagsOf(document);
    expect(flags.evaluate(key, context)).toMatchObject(answer);
    expect(flags.value(key, context)).toEqual(answer.value);
    expect(flags.handle(key).evaluate(context)).toEqual(flags.evaluate(key, context));
    await flags.close();
  });
}

const fallbacks = [
  { key: 'plain', fallback: false, value: true, reason: 'STATIC' },
  { key: 'disabled', fallback: true, value: true, reason: 'DISABLED' },
  { key: 'open', fallback: true, value: true, reason: 'DEFAULT' },
  { key: 'absent', fallback: 'x', value: 'x', reason: 'ERROR' },
  { key: 'limit', fallback: 'many', value: 'many', reason: 'ERROR', errorCode: 'TYPE_MISMATCH' },
  { key: 'banner', fallback: {}, value: { size: { height: 90 } }, reason: 'STATIC' },
];
for (const { key, fallback, ...answer } of fallbacks) {
  test(`${key} with the fallback ${JSON.stringify(fallback)} gives ${JSON.stringify(answer.value)}`, async () => {
    const flags = await flagsOf(document);
    expect(flags.evaluate(key, {}, fallback)).toMatchObject(answer);
    expect(flags.value(key, {}, fallback)).toEqual(answer.value);
    expect(flags.handle(key).value({}, fallback)).toEqual(answer.value);
    await flags.close();
  });
}

test('what was given stays as it is: later changes have no effect, and results are frozen', async () => {
  const mine = {
    flags: { banner: { state: 'ENABLED', variants: { big: { size: { height: 90 } } }, defaultVariant: 'big' } },
  };
  const flags = await createFlags({ source: memory(mine) });
  mine.flags.banner.variants.big.size.height = 1;
  const value = flags.value('banner');
  expect(value).toEqual({ size: { height: 90 } });
  expect(() => Object.assign(Object(Reflect.get(Object(value), 'size')), { height: 2 })).toThrow(TypeError);
  expect(Object.isFrozen(flags.evaluate('banner'))).toBe(true);
  await flags.close();
});

test('the context of the flags applies to every evaluation', async () => {
  const flags = await flagsOf(document, { context: { user: 'ada' } });
  expect(flags.value('targeted')).toBe(true);
  expect(flags.value('targeted', { user: 'bob' })).toBe(false);
  await flags.close();
});

test('evaluateAll and list show every flag', async () => {
  const flags = await flagsOf(document);
  const all = flags.evaluateAll({ user: 'ada' });
  expect(Object.keys(all)).toEqual(flags.list().map(({ key }) => key));
  expect(all['targeted']).toMatchObject({ value: true });
  expect(flags.list()[3]).toEqual({
    key: 'open',
    state: 'ENABLED',
    defaultVariant: null,
    variants: { on: true, off: false },
  });
  await flags.close();
});

test('flags may come as text, with a byte order mark, or as the list that the daemon takes', async () => {
  const list = JSON.stringify({
    $schema: 'https://flagd.dev/schema/v0/flagd.json',
    flags: [{ key: 'a', ...toggle('on') }],
  });
  const flags = await flagsOf(`\uFEFF${list}`);
  expect(flags.value('a')).toBe(true);
  await flags.close();
});

const variables = [
  { value: 'off', gives: false },
  { value: 'false', gives: false },
  { value: 'on', gives: true },
  { value: '', gives: true },
];
for (const { value, gives } of variables) {
  test(`FLAG_NEW_UI=${value} gives ${gives}`, async () => {
    const flags = await flagsOf(
      { flags: { 'new-ui': toggle('on') } },
      { overrides: env('FLAG_', { FLAG_NEW_UI: value }) },
    );
    expect(flags.value('new-ui')).toBe(gives);
    await flags.close();
  });
}

test('an override goes before state and targeting, and says so', async () => {
  const flags = await flagsOf(document, { overrides: fixed({ disabled: 'on', targeted: 'on', limit: 'high' }) });
  expect(flags.evaluate('disabled')).toMatchObject({ value: true, variant: 'on', reason: 'OVERRIDE' });
  expect(flags.value('targeted')).toBe(true);
  expect(flags.value('limit')).toBe(100);
  expect(flags.value('plain')).toBe(true);
  await flags.close();
});

test('an override with a variant that does not exist is refused', async () => {
  const overrides = env('FLAG_', { FLAG_NEW_UI: 'blue' });
  await expect(flagsOf({ flags: { 'new-ui': toggle('on') } }, { overrides })).rejects.toThrow(
    '- flags.new-ui is overridden with "blue", which is no variant; there are on, off',
  );
});

const options = [
  { given: { source: {} }, says: 'Expected `source` to be a source such as memory(…) or file(…)' },
  {
    given: { onInvalid: 'ignore' },
    says: 'Expected `onInvalid` to be "reject" or "quarantine", got `ignore (string)`.',
  },
  {
    given: { loadTimeoutMs: 0 },
    says: 'Expected `loadTimeoutMs` to be a number from 1 to 2147483647, got `0 (number)`.',
  },
  { given: { context: 'x' }, says: 'Expected `context` to be an object' },
];
for (const { given, says } of options) {
  test(`refuses ${JSON.stringify(given)}`, async () => {
    await expect(createFlags(Object.assign({ source: memory(document) }, given))).rejects.toThrow(says);
  });
}
