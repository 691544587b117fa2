import { hostname } from 'node:os';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFlags, fixed, type EvaluationContext, type Flags, type FlagsOptions } from '../src/index.ts';
import { unleash, variantOf, type UnleashOptions } from '../src/unleash.ts';

type Options = Partial<FlagsOptions> & UnleashOptions;

function flagsOf(state: object | string, { strategies, random, ...options }: Options = {}): Promise<Flags> {
  const own = { ...(strategies && { strategies }), ...(random && { random }) };
  return createFlags({ source: unleash(state, own), ...options });
}

/** A feature with one strategy. */
function feature(strategy: object, more: object = {}): object {
  return { features: [{ name: 'f', enabled: true, strategies: [strategy], ...more }] };
}

/** What a constraint says about a context. */
async function holds(constraint: object, context: EvaluationContext, segments: object = {}): Promise<unknown> {
  const flags = await flagsOf({ ...feature({ name: 'default', constraints: [constraint] }), ...segments });
  return flags.value('f', context);
}

const constraints = [
  { constraint: { contextName: 'x', operator: 'IN', values: [' a ', '', 'b'] }, context: { x: 'a' }, answer: true },
  { constraint: { contextName: 'x', operator: 'NOT_IN', values: ['a'] }, context: {}, answer: true },
  { constraint: { contextName: 'n', operator: 'NUM_GTE', value: '5' }, context: { n: 5 }, answer: true },
  { constraint: { contextName: 'n', operator: 'NUM_GT', value: 'five' }, context: { n: 9 }, answer: false },
  {
    constraint: { contextName: 'v', operator: 'SEMVER_LT', value: '2.0.0' },
    context: { v: '2.0.0-beta.1' },
    answer: true,
  },
  { constraint: { contextName: 'v', operator: 'SEMVER_EQ', value: '1.2.0' }, context: { v: 'v1.2.0' }, answer: false },
  { constraint: { contextName: 'v', operator: 'SEMVER_EQ', value: '1.2.0' }, context: { v: '1.2' }, answer: false },
  {
    constraint: { contextName: 'currentTime', operator: 'DATE_AFTER', value: '2026-01-01T00:00:00Z' },
    context: { currentTime: new Date('2026-01-02') },
    answer: true,
  },
  { constraint: { contextName: 'currentTime', operator: 'DATE_BEFORE', value: 'never' }, context: {}, answer: false },
  {
    constraint: { contextName: 'x', operator: 'STR_CONTAINS', values: ['É'], caseInsensitive: true },
    context: { x: 'né' },
    answer: true,
  },
  { constraint: { contextName: 'x', operator: 'UNHEARD_OF', inverted: true }, context: { x: 'a' }, answer: false },
  {
    constraint: { contextName: 'ip', operator: 'IN_CIDR', values: ['10.0.0.0/33', '10.0.0.0/8/2'] },
    context: { ip: '10.0.0.1' },
    answer: false,
  },
  {
    constraint: { contextName: 'constructor', operator: 'IN', values: ['x'], inverted: true },
    context: {},
    answer: true,
  },
];
for (const { constraint, context, answer } of constraints) {
  test(`${JSON.stringify(constraint)} is ${answer} about ${JSON.stringify(context)}`, async () => {
    expect(await holds(constraint, context)).toBe(answer);
  });
}

test('fields are found in the context, in its properties, and under the context of all calls', async () => {
  const strategies = ['a', 'b', 'c'].map((value) => ({ contextName: value, operator: 'IN', values: [value] }));
  const flags = await flagsOf(feature({ name: 'default', constraints: strategies }), { context: { c: 'c' } });
  expect(flags.value('f', { a: 'a', properties: { b: 'b' } })).toBe(true);
  expect(flags.value('f', { a: 'a' })).toBe(false);
});

test('the targeting key is the user', async () => {
  const flags = await flagsOf(feature({ name: 'userWithId', parameters: { userIds: 'ada, bob' } }));
  expect(['ada', 'bob', 'eve'].map((targetingKey) => flags.value('f', { targetingKey }))).toEqual([true, true, false]);
  expect(flags.value('f', { targetingKey: 'ada', userId: 'eve' })).toBe(false);
});

test('the host decides for applicationHostname', async () => {
  const flags = await flagsOf(
    feature({ name: 'applicationHostname', parameters: { hostNames: `x, ${hostname().toUpperCase()}` } }),
  );
  expect(flags.value('f')).toBe(true);
});

test('chance comes from where it is told', async () => {
  const state = feature({ name: 'gradualRolloutRandom', parameters: { percentage: '50' } });
  const at = async (random: number): Promise<unknown> => (await flagsOf(state, { random: () => random })).value('f');
  expect([await at(0.49), await at(0.5)]).toEqual([true, false]);
});

test('a strategy of the program s own decides, and one that fails is for nobody', async () => {
  const strategies = {
    even: (parameters: object, context: object) => Reflect.get(context, 'n') % 2 === Reflect.get(parameters, 'rest'),
    broken: () => {
      throw new Error('broken');
    },
  };
  const even = await flagsOf(feature({ name: 'even', parameters: { rest: 0 } }), { strategies });
  expect([even.value('f', { n: 4 }), even.value('f', { n: 5 })]).toEqual([true, false]);
  expect((await flagsOf(feature({ name: 'broken' }), { strategies })).value('f')).toBe(false);
  expect((await flagsOf(feature({ name: 'even' }))).value('f')).toBe(false);
});

const payloads = [
  { payload: { type: 'number', value: '1.5' }, fallback: 0, answer: 1.5 },
  { payload: { type: 'json', value: '{"a":1}' }, fallback: {}, answer: { a: 1 } },
  { payload: { type: 'string', value: 'red' }, fallback: '', answer: 'red' },
  { payload: { type: 'csv', value: 'a,b' }, fallback: '', answer: 'a,b' },
  { payload: { type: 'json', value: 'not json' }, fallback: '', answer: 'not json' },
  { payload: { type: 'number', value: 'many' }, fallback: 7, answer: 7 },
  { payload: undefined, fallback: 'none', answer: 'none' },
];
for (const { payload, fallback, answer } of payloads) {
  test(`the payload ${JSON.stringify(payload)} answers the fallback ${JSON.stringify(fallback)}`, async () => {
    const flags = await flagsOf(feature({ name: 'default' }, { variants: [{ name: 'v', weight: 1, payload }] }));
    expect(flags.value('f', {}, fallback)).toEqual(answer);
    expect(flags.evaluate('f', {})).toMatchObject({ value: true, variant: 'v', reason: 'TARGETING_MATCH' });
  });
}

test('an override demands a variant, on or off', async () => {
  const state = feature({ name: 'default' }, { enabled: false, variants: [{ name: 'v', weight: 1 }] });
  const forced = async (variant: string): Promise<object> => {
    const {
      value,
      variant: chosen,
      reason,
    } = (await flagsOf(state, { overrides: fixed({ f: variant }) })).evaluate('f');
    return { value, chosen, reason };
  };
  expect(await forced('v')).toEqual({ value: true, chosen: 'v', reason: 'OVERRIDE' });
  expect(await forced('enabled')).toEqual({ value: true, chosen: undefined, reason: 'OVERRIDE' });
  expect(await forced('disabled')).toEqual({ value: false, chosen: undefined, reason: 'OVERRIDE' });
  await expect(forced('w')).rejects.toThrow('is overridden with "w", which is no variant');
});

const refused = [
  { name: 'a list', state: [], message: 'write an object with "features" or "events"' },
  {
    name: 'a document of another format',
    state: { flags: {} },
    message: 'write an object with "features" or "events"',
  },
  {
    name: 'a feature without a name',
    state: { features: [{ enabled: true }] },
    message: 'features[0] is {"enabled":true}',
  },
  {
    name: 'a feature twice',
    state: {
      features: [
        { name: 'f', enabled: true },
        { name: 'f', enabled: true },
      ],
    },
    message: 'has the name "f" of another feature',
  },
  {
    name: 'a switch that is no boolean',
    state: { features: [{ name: 'f', enabled: 'yes' }] },
    message: 'features[0].enabled is "yes"',
  },
  {
    name: 'strategies that are no list',
    state: { features: [{ name: 'f', enabled: true, strategies: {} }] },
    message: 'features[0].strategies is {}; write a list',
  },
  {
    name: 'a constraint that is no object',
    state: feature({ name: 'default', constraints: [null] }),
    message: 'constraints[0] is null; write an object',
  },
  {
    name: 'segments that are no list',
    state: feature({ name: 'default', segments: 7 }),
    message: 'segments is 7; write a list of ids',
  },
];
for (const { name, state, message } of refused) {
  test(`${name} is refused`, async () => {
    await expect(flagsOf(state)).rejects.toMatchObject({
      code: 'seaworthy.flags.INVALID_DOCUMENT',
      message: expect.stringContaining(message),
    });
  });
}

test('a broken feature alone is quarantined, with its last good definition', async () => {
  const good = { name: 'a', enabled: true };
  const source = unleash({ features: [good, { name: 'b', enabled: true }] });
  const flags = await createFlags({ source, onInvalid: 'quarantine' });
  const broken = JSON.stringify({
    features: [
      { ...good, enabled: 'no' },
      { name: 'b', enabled: false },
    ],
  });
  source.set(broken);
  await flags.reload();
  expect([flags.value('a'), flags.value('b')]).toEqual([true, false]);
  expect(flags.status().problems).toMatchObject([{ flag: 'a', path: 'features[0].enabled' }]);
});

test('a change of a segment is a change of the features that name it', async () => {
  const state = (values: readonly string[]): object => ({
    features: [
      { name: 'a', enabled: true, strategies: [{ name: 'default', segments: [1] }] },
      { name: 'b', enabled: true },
    ],
    segments: [{ id: 1, constraints: [{ contextName: 'x', operator: 'IN', values }] }],
  });
  const source = unleash(state(['1']));
  const flags = await createFlags({ source });
  const changes: (readonly string[])[] = [];
  flags.on('change', ({ changed }) => changes.push(changed));
  source.set(JSON.stringify(state(['2'])));
  await flags.reload();
  expect(changes).toEqual([['a']]);
  expect(flags.value('a', { x: '2' })).toBe(true);
});

test('a list shows features in the common shape', async () => {
  const flags = await flagsOf(feature({ name: 'default' }, { variants: [{ name: 'v', weight: 1 }] }));
  expect(flags.list()).toEqual([
    { key: 'f', state: 'ENABLED', defaultVariant: null, variants: { v: true, enabled: true, disabled: false } },
  ]);
});

test('a rollout raised from 10 to 20 % keeps everyone who was in, also beyond ASCII', async () => {
  const at = (rollout: string): Promise<Flags> =>
    flagsOf(feature({ name: 'flexibleRollout', parameters: { rollout } }));
  const [ten, twenty] = [await at('10'), await at('20')];
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (userId) => {
      expect(ten.value('f', { userId }) === true && twenty.value('f', { userId }) !== true).toBe(false);
    }),
  );
});

test.each([
  ['field', { contextName: { toString: 1 }, operator: 'IN', values: ['a'] }],
  ['number', { contextName: 'userId', operator: 'NUM_EQ', value: { toString: 1, valueOf: 1 } }],
  ['date', { contextName: 'currentTime', operator: 'DATE_AFTER', value: { toString: [] } }],
])('a constraint whose %s is an object without a text holds for nobody', async (_what, constraint) => {
  const flags = await flagsOf(feature({ name: 'default', constraints: [constraint] }));
  expect(flags.evaluate('f', { userId: 'a' })).toMatchObject({ value: false, reason: 'DEFAULT' });
});

test('no payload makes an evaluation throw', async () => {
  const anything = fc.jsonValue({ maxDepth: 3 });
  const strategy = fc.record({
    name: fc.constantFrom('default', 'flexibleRollout', 'x'),
    parameters: anything,
    constraints: fc.array(
      fc.record({
        contextName: anything,
        operator: fc.constantFrom('IN', 'REGEX', 'DATE_AFTER', 'SEMVER_EQ', 'IN_CIDR'),
        values: anything,
        value: anything,
      }),
    ),
    segments: fc.array(anything),
    variants: fc.array(
      fc.dictionary(fc.constantFrom('name', 'weight', 'payload', 'overrides', 'stickiness'), anything),
    ),
  });
  const state = fc.record({
    features: fc.array(
      fc.record({
        name: fc.constant('f'),
        enabled: fc.boolean(),
        strategies: fc.array(strategy),
        variants: fc.array(fc.dictionary(fc.constantFrom('name', 'weight', 'payload'), anything)),
      }),
      { minLength: 1, maxLength: 1 },
    ),
    segments: fc.array(anything),
  });
  await fc.assert(
    fc.asyncProperty(state, anything, async (document, x) => {
      const flags = await flagsOf(document);
      expect(flags.evaluate('f', { x, userId: 'a' }).reason).not.toBe('ERROR');
    }),
  );
});

test('variantOf answers as Unleash s clients do where there is no variant', async () => {
  const flags = await flagsOf(feature({ name: 'default' }));
  expect(variantOf(flags.evaluate('f'))).toEqual({ name: 'disabled', enabled: false, feature_enabled: true });
  expect(variantOf(flags.evaluate('none'))).toEqual({ name: 'disabled', enabled: false, feature_enabled: false });
});
