import { expect, test } from 'vitest';
import { FlagErrors, fixed, memory, createFlags, validateFlags } from '../src/index.ts';
import type { FlagDefinition } from '../src/index.ts';
import { flagsOf, toggle } from './make.ts';

const inNorway = { if: [{ '==': [{ var: 'country' }, 'NO'] }, 'on', 'off'] };
const asks = (key: string, variant = 'on'): Partial<FlagDefinition> => ({
  targeting: { if: [{ flag: [key, variant] }, 'on', 'off'] },
});
const needs = (key: string, variant = 'on'): FlagDefinition => toggle('off', asks(key, variant));
const problems = (flags: object, more: object = {}): readonly string[] =>
  validateFlags({ flags, ...more }).map(({ path, message }) => `${path} ${message}`);

test('a flag follows another one in the same context', async () => {
  const flags = await flagsOf({ flags: { base: toggle('off', { targeting: inNorway }), extra: needs('base') } });
  expect(flags.value('extra', { country: 'NO' })).toBe(true);
  expect(flags.value('extra', { country: 'SE' })).toBe(false);
});

test('the default variant of the other flag counts, with targeting that says nothing and without targeting', async () => {
  const silent = toggle('on', { targeting: { if: [false, 'off'] } });
  const flags = await flagsOf({ flags: { silent, plain: toggle('on'), a: needs('silent'), b: needs('plain') } });
  expect([flags.value('a'), flags.value('b')]).toEqual([true, true]);
});

test('a disabled flag has no variant, and a flag without a default neither', async () => {
  const stopped = toggle('on', { state: 'DISABLED' });
  const document = { flags: { stopped, mute: toggle(null), a: needs('stopped'), b: needs('mute') } };
  const flags = await flagsOf(document);
  expect([flags.value('a'), flags.value('b')]).toEqual([false, false]);
});

test('a prerequisite may have one, and a shared rule may ask for it', async () => {
  const flags = await flagsOf({
    flags: {
      first: toggle('off', { targeting: inNorway }),
      second: needs('first'),
      third: toggle('off', { targeting: { if: [{ $ref: 'ready' }, 'on', 'off'] } }),
    },
    $evaluators: { ready: { and: [{ flag: ['second', 'on'] }, { flag: ['first', 'on'] }] } },
  });
  expect(flags.value('third', { country: 'NO' })).toBe(true);
  expect(flags.value('third', { country: 'SE' })).toBe(false);
});

test('the context of the options is seen by the other flag too', async () => {
  const document = { flags: { base: toggle('off', { targeting: inNorway }), extra: needs('base') } };
  const flags = await flagsOf(document, { context: { country: 'NO' } });
  expect(flags.value('extra')).toBe(true);
});

test('an override of the other flag counts, even where that flag is disabled', async () => {
  const document = { flags: { base: toggle('off', { state: 'DISABLED' }), extra: needs('base') } };
  const flags = await flagsOf(document, { overrides: fixed({ base: 'on' }) });
  expect(flags.value('extra')).toBe(true);
});

test('explain shows what the other flag said', async () => {
  const flags = await flagsOf({ flags: { base: toggle('on'), extra: needs('base') } });
  expect(flags.explain('extra').steps[0]).toEqual({
    path: 'targeting.if[0]',
    rule: { flag: ['base', 'on'] },
    answer: true,
    isTaken: true,
  });
});

const wrong = [
  { flags: { a: needs('b') }, says: 'flags.a.targeting.if[0].flag asks for the flag "b", which is not there' },
  {
    flags: { a: needs('b', 'blue'), b: toggle('on') },
    says: 'flags.a.targeting.if[0].flag asks for "blue" of "b", which is no variant; there are on, off',
  },
  {
    flags: { a: toggle('on', { targeting: { flag: ['a'] } }) },
    says: 'flags.a.targeting.flag takes 2 arguments, not 1',
  },
  {
    flags: { a: toggle('on', { targeting: { flag: [{ var: 'x' }, 'on'] } }) },
    says: 'flags.a.targeting.flag takes a key and a variant, not {"var":"x"}',
  },
  {
    flags: { a: toggle('on', { targeting: { if: [{ some: [[1], { flag: ['b', 'on'] }] }, 'on'] } }), b: toggle('on') },
    says: 'flags.a.targeting.if[0].some[1].flag stands in a list operator, which sees only elements; ask outside of it',
  },
  { flags: { a: needs('a') }, says: 'flags.a leads back to itself: a → a' },
];
for (const { flags, says } of wrong) {
  test(`a document is refused where ${says}`, () => {
    expect(problems(flags)).toEqual([says]);
  });
}

test('a circle is named whole, once for each flag in it, and not for flags that lead to it', () => {
  const circle = { a: needs('b'), b: needs('c'), c: needs('a'), outside: needs('a') };
  expect(problems(circle)).toEqual(
    expect.arrayContaining([
      'flags.a leads back to itself: a → b → c → a',
      'flags.b leads back to itself: b → c → a → b',
      'flags.c leads back to itself: c → a → b → c',
    ]),
  );
  expect(problems(circle)).toHaveLength(3);
});

test('a circle through a shared rule is found, and what a shared rule asks for is checked', () => {
  const named = toggle('on', { targeting: { if: [{ $ref: 'ready' }, 'on', 'off'] } });
  const ready = { flag: ['a', 'on'] };
  expect(problems({ a: named }, { $evaluators: { ready } })).toEqual(['flags.a leads back to itself: a → a']);
  expect(problems({ b: named }, { $evaluators: { ready } })).toEqual([
    '$evaluators.ready.flag asks for the flag "a", which is not there',
    'flags.b.targeting.if[0].flag asks for the flag "a", which is not there',
  ]);
});

test('a chain as long as the document is checked', () => {
  const chain = Array.from({ length: 20_000 }, (_, index) => [`f${index}`, needs(`f${index + 1}`)]);
  expect(problems(Object.fromEntries([...chain, ['f20000', toggle('on')]]))).toEqual([]);
});

test('a document with a circle is refused with a coded error', async () => {
  const error: unknown = await flagsOf({ flags: { a: needs('a') } }).catch((thrown: unknown) => thrown);
  expect(FlagErrors.INVALID_DOCUMENT.is(error)).toBe(true);
});

test('with quarantine, flags in a circle do not evaluate, and those that need one see no variant', async () => {
  const flags = await flagsOf({ flags: { a: needs('b'), b: needs('a'), c: needs('a') } }, { onInvalid: 'quarantine' });
  expect(flags.evaluate('a')).toMatchObject({ reason: 'ERROR', errorCode: 'PARSE_ERROR' });
  expect(flags.value('c')).toBe(false);
  expect(flags.status().problems.map(({ flag }) => flag)).toEqual(expect.arrayContaining(['a', 'b']));
});

test('with quarantine, a flag that asks for an unknown one does not evaluate', async () => {
  const flags = await flagsOf({ flags: { a: needs('b') } }, { onInvalid: 'quarantine' });
  expect(flags.evaluate('a')).toMatchObject({ reason: 'ERROR', errorCode: 'PARSE_ERROR' });
});

test('a kept flag asks the flags that are in use now, not those it was loaded with', async () => {
  const source = memory({ flags: { base: toggle('on'), extra: needs('base') } });
  const flags = await createFlags({ source, onInvalid: 'quarantine' });
  expect(flags.value('extra')).toBe(true);
  const broken = { ...needs('base'), defaultVariant: 'maybe' };
  source.set({ flags: { base: toggle('off'), extra: broken } });
  await flags.reload();
  expect(flags.value('extra')).toBe(false);
  source.set({ flags: { base: toggle('on'), extra: broken } });
  await flags.reload();
  expect(flags.value('extra')).toBe(true);
  source.set({ flags: { extra: broken } });
  await flags.reload();
  expect(flags.value('extra')).toBe(false);
});

test('a circle that only a kept flag closes is cut: the flag it comes back to counts as without the variant', async () => {
  const source = memory({ flags: { a: needs('b'), b: toggle('on') } });
  const flags = await createFlags({ source, onInvalid: 'quarantine' });
  source.set({ flags: { a: { ...needs('b'), targeting: { if: [{ flag: ['gone', 'on'] }, 'on'] } }, b: needs('a') } });
  await flags.reload();
  expect([flags.value('a'), flags.value('b')]).toEqual([false, false]);
});

test('a flag counts as changed when one that it needs changes, directly or not', async () => {
  const source = memory({
    flags: { base: toggle('on'), extra: needs('base'), more: needs('extra'), apart: toggle('on') },
  });
  const flags = await createFlags({ source });
  let changed: readonly string[] = [];
  flags.on('change', (change) => (changed = change.changed));
  source.set({ flags: { base: toggle('off'), extra: needs('base'), more: needs('extra'), apart: toggle('on') } });
  await flags.reload();
  expect(changed).toEqual(['base', 'extra', 'more']);
});
