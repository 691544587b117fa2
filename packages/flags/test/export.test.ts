import { FlagdCore } from '@openfeature/flagd-core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportFlags, FlagErrors } from '../src/index.ts';
import type { BucketingVersion, EvaluationContext, FlagDefinition, FlagDocument } from '../src/index.ts';
import { flagsOf, toggle } from './make.ts';

const asks = (key: string, variant = 'on'): object => ({ flag: [key, variant] });
const needs = (key: string, variant = 'on'): FlagDefinition =>
  toggle('off', { targeting: { if: [asks(key, variant), 'on', 'off'] } });
const shares = (on: number): object => ({
  fractional: [
    ['on', on],
    ['off', 100 - on],
  ],
});

const keys = ['f0', 'f1', 'f2', 'f3', 'f4'];
const countries = ['NO', 'SE', 'DE'];
const outcome = fc.constantFrom<unknown>('on', 'off', null);
const weight = fc.integer({ min: 1, max: 99 });

/** Conditions and outcomes of a flag; it may ask for those before it, so that there is no circle. */
function ruleOf(index: number): fc.Arbitrary<unknown> {
  const before = fc.constantFrom(...keys.slice(0, Math.max(index, 1)));
  const asking = fc.tuple(before, fc.constantFrom('on', 'off')).map(([key, variant]) => asks(key, variant));
  const { rule } = fc.letrec<{ rule: unknown; condition: unknown }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 3 },
      outcome.map((answer) => ({ if: [true, answer] })),
      weight.map(shares),
      weight.map((on) => ({
        fractional: [{ cat: [{ var: '$flagd.flagKey' }, { var: 'id' }] }, ['on', on], ['off', 50]],
      })),
      fc
        .tuple(tie('condition'), fc.oneof(outcome, tie('rule')), fc.oneof(outcome, tie('rule')))
        .map((parts) => ({ if: parts })),
      fc.tuple(tie('condition'), outcome).map((parts) => ({ if: parts })),
      fc.constant({ $ref: 'shared' }),
    ),
    condition: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(...countries).map((country) => ({ '==': [{ var: 'country' }, country] })),
      ...(index > 0 ? [asking, asking.map((one) => ({ '!': [one] }))] : []),
      fc.constant({ '==': [{ var: '$flagd.flagKey' }, 'f1'] }),
      fc.constant({ some: [{ var: 'roles' }, { '==': [{ var: '' }, 'admin'] }] }),
      fc.tuple(tie('condition'), tie('condition')).map((both) => ({ and: both })),
    ),
  }));
  return rule;
}

const flagAt = (index: number): fc.Arbitrary<FlagDefinition> =>
  fc
    .record({
      state: fc.constantFrom('ENABLED' as const, 'ENABLED' as const, 'ENABLED' as const, 'DISABLED' as const),
      defaultVariant: fc.constantFrom('on', 'off'),
      targeting: fc.option(ruleOf(index), { nil: undefined }),
    })
    .map(({ state, defaultVariant, targeting }) =>
      toggle(defaultVariant, { state, ...(targeting !== undefined && { targeting }) }),
    );

const documents: fc.Arbitrary<FlagDocument> = fc
  .tuple(...keys.map((_, index) => flagAt(index)), weight)
  .map((parts) => {
    const flags = Object.fromEntries(keys.map((key, index) => [key, parts[index]])) as FlagDocument['flags'];
    return { flags, $evaluators: { shared: shares(Number(parts.at(-1))) } };
  });

const contexts = (
  subject: fc.Arbitrary<unknown>,
  requiredKeys: ('id' | 'roles')[] = [],
): fc.Arbitrary<EvaluationContext> =>
  fc.record(
    {
      targetingKey: subject,
      id: fc.string({ unit: 'grapheme-ascii' }),
      country: fc.constantFrom(...countries),
      roles: fc.constantFrom([], ['admin']),
    },
    { requiredKeys },
  ) as fc.Arbitrary<EvaluationContext>;

for (const bucketing of ['v1', 'v2'] satisfies readonly BucketingVersion[]) {
  test(`in bucketing ${bucketing}, an exported document evaluates as the original, for every context`, async () => {
    const subjects = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.constant(null));
    await fc.assert(
      fc.asyncProperty(documents, fc.array(contexts(subjects), { minLength: 10 }), async (document, about) => {
        const plain = exportFlags(document, { bucketing });
        expect(JSON.stringify(plain)).not.toContain('"flag":');
        const [original, exported] = [await flagsOf(document, { bucketing }), await flagsOf(plain, { bucketing })];
        for (const context of about) expect(exported.evaluateAll(context)).toEqual(original.evaluateAll(context));
      }),
      { numRuns: 300 },
    );
  });
}

test("flagd's own evaluator gives the exported document the values that the original has, for texts of ASCII", async () => {
  // What is absent is "undefined" in the texts that flagd-core puts together, and nothing in ours.
  const subjects = fc.string({ unit: 'grapheme-ascii', minLength: 1 });
  const about = fc.array(contexts(subjects, ['id', 'roles']), { minLength: 5 });
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(documents, about, async (document, asked) => {
      const core = new FlagdCore();
      core.setConfigurations(JSON.stringify(exportFlags(document)));
      const original = await flagsOf(document);
      for (const context of asked) {
        for (const key of keys) {
          const ours = original.evaluate(key, context);
          if (ours.reason === 'DISABLED') continue;
          expect(core.resolveBooleanEvaluation(key, false, context as never)).toMatchObject({ variant: ours.variant });
          compared += 1;
        }
      }
    }),
    { numRuns: 100 },
  );
  expect(compared).toBeGreaterThan(1000);
});

test('a document without the operator is exported as it is, and none is changed', () => {
  const document = { flags: { a: toggle('off', { targeting: shares(10) }) }, $evaluators: { x: { var: '' } } };
  expect(exportFlags(document)).toEqual(document);
  const needing = { flags: { a: toggle('on'), b: needs('a') } };
  const before = structuredClone(needing);
  exportFlags(needing);
  expect(needing).toEqual(before);
});

test('variants named by booleans and numbers are met too', async () => {
  const flag = (...names: readonly string[]): FlagDefinition => ({
    state: 'ENABLED',
    variants: Object.fromEntries(names.map((name, index) => [name, index])),
    defaultVariant: null,
    targeting: { var: 'answer' },
  });
  const document = { flags: { a: flag('true', '7'), b: needs('a', 'true'), c: needs('a', '7') } };
  const [original, exported] = [await flagsOf(document), await flagsOf(exportFlags(document))];
  for (const answer of [true, 'true', 7, '7', null, 'else', []]) {
    expect(exported.evaluateAll({ answer })).toMatchObject({
      b: { value: original.value('b', { answer }) },
      c: { value: original.value('c', { answer }) },
    });
  }
  expect([exported.value('b', { answer: true }), exported.value('c', { answer: 7 })]).toEqual([true, true]);
});

const twice = (key: string): FlagDefinition =>
  toggle('off', { targeting: { if: [{ and: [asks(key), asks(key)] }, 'on', 'off'] } });
const chain = (length: number, link: (key: string) => FlagDefinition): FlagDocument['flags'] =>
  Object.fromEntries([
    ['f0', toggle('off', { targeting: { if: [{ var: 'x' }, 'on'] } })],
    ...Array.from({ length }, (_, index) => [`f${index + 1}`, link(`f${index}`)]),
  ]);
const whole = toggle('off', { targeting: { if: [{ in: ['x', { var: '' }] }, 'on'] } });
const computed = toggle('off', { targeting: { if: [{ var: { cat: ['a', 'b'] } }, 'on'] } });
const refused: readonly { flags: FlagDocument['flags']; bucketing?: BucketingVersion; says: string }[] = [
  {
    flags: { whole, b: needs('whole') },
    says: 'Flag "b" cannot be written as plain flagd: flag "whole" reads its whole',
  },
  { flags: { computed, b: needs('computed') }, says: 'flag "computed" computes the name of what it reads' },
  {
    flags: { a: toggle('on', { targeting: shares(5) }), b: needs('a') },
    bucketing: 'v3',
    says: 'flag "a" buckets by its own key',
  },
  { flags: chain(20, twice), says: 'more than 100000 parts' },
  { flags: chain(5000, needs), says: 'through more than 100 flags' },
  { flags: chain(60, needs), says: 'nested deeper than' },
];
for (const { flags, bucketing = 'v2', says } of refused) {
  test(`the export is refused with a coded error: ${says}`, () => {
    let error: unknown;
    try {
      exportFlags({ flags }, { bucketing });
    } catch (thrown) {
      error = thrown;
    }
    expect(FlagErrors.NOT_EXPORTABLE.is(error) && error.message).toContain(says);
  });
}

test('a document that is not valid is refused with its problems', () => {
  expect(() => exportFlags({ flags: { a: needs('b') } })).toThrow('asks for the flag "b", which is not there');
});
