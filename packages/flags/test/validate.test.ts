import { expect, test } from 'vitest';
import { validateFlags } from '../src/index.ts';

const problems = (document: unknown): readonly string[] =>
  validateFlags(document).map(({ path, message }) => `${path} ${message}`.trim());

const flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };
const withFlag = (more: object): unknown => ({ flags: { a: { ...flag, ...more } } });
const withTargeting = (targeting: unknown): unknown => withFlag({ targeting });

const cases: readonly { readonly document: unknown; readonly says: string }[] = [
  { document: [], says: 'The document is []; write an object with "flags"' },
  { document: {}, says: 'flags is nothing; write an object of key to flag' },
  { document: { flags: [] }, says: 'flags is []; write an object of key to flag' },
  { document: { flags: { a: 1 } }, says: 'flags.a is 1; a flag is an object' },
  { document: { flags: { '': flag } }, says: 'flags[""] is a flag without a key' },
  { document: { flags: {}, metadata: { a: {} } }, says: 'metadata.a is {}; write a text, a number or a boolean' },
  { document: { flags: {}, $evaluators: 7 }, says: '$evaluators is 7; write an object of name to rule' },
  { document: withFlag({ state: 'on' }), says: 'flags.a.state is "on"; write "ENABLED" or "DISABLED"' },
  { document: withFlag({ metadata: [] }), says: 'flags.a.metadata is []; metadata is an object' },
  {
    document: withFlag({ defaultVariant: 1 }),
    says: 'flags.a.defaultVariant is 1; write the name of a variant, or null',
  },
  {
    document: withFlag({ defaultVariant: 'no' }),
    says: 'flags.a.defaultVariant is "no", which is no variant; there are on, off',
  },
  {
    document: { flags: { 'a b': { state: 'ENABLED', variants: {} } } },
    says: 'flags["a b"].variants is empty; a flag has at least one variant',
  },
  {
    document: { flags: { a: { state: 'ENABLED', variants: { x: 1, y: 'z' } } } },
    says: 'flags.a.variants has values of the types number, string; a flag has one type',
  },
  {
    document: { flags: { a: { state: 'ENABLED', variants: { x: null } } } },
    says: 'flags.a.variants.x is null; write a boolean, text, number or object',
  },
  {
    document: { flags: { a: { state: 'ENABLED' } } },
    says: 'flags.a.variants is nothing; write an object of name to value',
  },
  {
    document: { flags: { a: { state: 'ENABLED', variants: { '': 1 } } } },
    says: 'flags.a.variants has a variant without a name',
  },
  { document: withTargeting('on'), says: 'flags.a.targeting is "on"; a rule is an object' },
  {
    document: withTargeting({ if: [{}, 'on'] }),
    says: 'flags.a.targeting.if[0] has 0 operators; write one in each object',
  },
  {
    document: withTargeting({ '!': [{ or: [1], and: [1] }] }),
    says: 'flags.a.targeting.![0] has 2 operators; write one in each object'.replace('.!', '["!"]'),
  },
  { document: withTargeting({ '==': 1 }), says: 'flags.a.targeting["=="] takes a list, not 1' },
  { document: withTargeting({ '==': [1] }), says: 'flags.a.targeting["=="] takes 2 arguments, not 1' },
  { document: withTargeting({ '<': [1] }), says: 'flags.a.targeting["<"] takes 2 to 3 arguments, not 1' },
  { document: withTargeting({ and: [] }), says: 'flags.a.targeting.and takes at least 1 argument, not 0' },
  { document: withTargeting({ missing: [1] }), says: 'flags.a.targeting.missing takes names of attributes, not 1' },
  {
    document: withTargeting({ missing_some: ['x', []] }),
    says: 'flags.a.targeting.missing_some takes a number first, not "x"',
  },
  {
    document: withTargeting({ missing_some: [1, 'x'] }),
    says: 'flags.a.targeting.missing_some takes a list of names second, not "x"',
  },
  {
    document: withTargeting({ var: '$flagd.time' }),
    says: 'flags.a.targeting.var reads "$flagd.time", which does not exist; there are $flagd.flagKey and $flagd.timestamp',
  },
  { document: withTargeting({ starts_with: ['a', 1] }), says: 'flags.a.targeting.starts_with compares texts, not 1' },
  {
    document: withTargeting({ sem_ver: ['1.2.3.4', '=', '1'] }),
    says: 'flags.a.targeting.sem_ver compares versions, and "1.2.3.4" is none',
  },
  {
    document: withTargeting({ sem_ver: ['1', '==', '1'] }),
    says: 'flags.a.targeting.sem_ver does not know "=="; it compares by = != < <= > >= ~ ^',
  },
  {
    document: withTargeting({ fractional: ['me', ['on']] }),
    says: 'flags.a.targeting.fractional[0] is "me"; write a bucket or the rule to bucket by',
  },
  {
    document: withTargeting({ fractional: [['on'], 'off'] }),
    says: 'flags.a.targeting.fractional[1] is "off"; write [variant] or [variant, weight]',
  },
  {
    document: withTargeting({ fractional: [['on', 0.5]] }),
    says: 'flags.a.targeting.fractional[0] has the weight 0.5; write a whole number from 0 up, or a rule',
  },
  {
    document: withTargeting({ fractional: [['on', 2 ** 31]] }),
    says: 'flags.a.targeting.fractional has weights of 2147483648 in all; at most 2147483647 can be shared out',
  },
  { document: withTargeting({ $ref: 'x' }), says: 'flags.a.targeting names "x", which is not in $evaluators' },
  { document: withTargeting({ $ref: 1 }), says: 'flags.a.targeting has a $ref that is no text: 1' },
  {
    document: withTargeting({ if: [true, 'on', { fractional: [['of', 1]] }] }),
    says: 'flags.a.targeting.if[2].fractional[0][0] answers "of", which is no variant; there are on, off',
  },
  {
    document: withTargeting({ if: [true, true] }),
    says: 'flags.a.targeting.if[1] answers "true", which is no variant; there are on, off',
  },
  {
    document: { flags: {}, $evaluators: { x: { nope: 1 } } },
    says: '$evaluators.x.nope is an unknown operator; the known ones are if and',
  },
  {
    document: { flags: {}, $evaluators: { x: { $ref: 'y' } } },
    says: '$evaluators.x names "y", which is not in $evaluators',
  },
  { document: { $schema: 'flagd.json', flags: [flag] }, says: 'flags[0] is a flag without a key' },
  {
    document: {
      $schema: 'flagd.json',
      flags: [
        { key: 'a', ...flag },
        { key: 'a', ...flag },
      ],
    },
    says: 'flags[1] has the key "a" of another flag',
  },
];
for (const { document, says } of cases) {
  test(`says: ${says}`, () => {
    const found = problems(document);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(says);
  });
}

test('shared rules that lead back to themselves are refused, and so is who names them', () => {
  const $evaluators = { a: { $ref: 'b' }, b: { '!': { $ref: 'a' } }, c: { $ref: 'a' }, fine: { var: 'x' } };
  const targeted = (name: string) => ({ ...flag, targeting: { if: [{ $ref: name }, 'on'] } });
  expect(problems({ flags: { x: targeted('c'), y: targeted('fine') }, $evaluators })).toEqual([
    '$evaluators.a leads back to itself',
    '$evaluators.b leads back to itself',
    'flags.x.targeting.if[0] names "c", which is broken in $evaluators',
  ]);
});

test('a document nested without end is refused before anything walks it', () => {
  const deep: unknown = JSON.parse(`{"flags":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
  expect(problems(deep)).toEqual(['The document is nested deeper than 100 levels']);
});

const levels = 20_000;
const nests = [
  { where: 'a rule', flag: `{"targeting":${'{"if":[true,'.repeat(levels)}"on"${']}'.repeat(levels)}}` },
  { where: 'the list of a rule', flag: `{"targeting":{"in":[1,${'['.repeat(levels)}${']'.repeat(levels)}]}}` },
  { where: 'a variant', flag: `{"variants":{"on":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}}` },
  { where: 'a property that means nothing', flag: `{"note":${'['.repeat(levels)}${']'.repeat(levels)}}` },
];
for (const { where, flag } of nests) {
  test(`${where} nested without end is refused before anything walks it`, () => {
    expect(problems(JSON.parse(`{"flags":{"x":${flag}}}`))).toEqual(['The document is nested deeper than 100 levels']);
  });
}

test('keys that mean something to JavaScript are keys like any other', () => {
  const text = `{"flags":{"__proto__":${JSON.stringify(flag)},"constructor":${JSON.stringify(flag)}}}`;
  expect(problems(JSON.parse(text))).toEqual([]);
});

test('a flag without targeting, with an empty one, without a default, or disabled is fine', () => {
  const variants = { on: true };
  const flags = {
    a: { state: 'ENABLED', variants },
    b: { state: 'ENABLED', variants, defaultVariant: null, targeting: {} },
    c: { state: 'DISABLED', variants, defaultVariant: 'on', metadata: { owner: 'team', size: 1, temporary: true } },
  };
  expect(problems({ flags, metadata: { flagSetId: 'shop' } })).toEqual([]);
});
