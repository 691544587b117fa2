import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineConfig, detectEnvironment, int, list, object, secret, string } from '../src/index.ts';

const environment = detectEnvironment({ env: {}, exists: () => false });
const production = detectEnvironment({ env: { NODE_ENV: 'production' }, exists: () => false });

const shape = {
  a: int().default(1),
  group: { b: int().optional(), c: string().default('c') },
  tags: list().default(['x']),
};
const definition = defineConfig(shape, { env: environment });

const rules: readonly { rule: string; layers: readonly object[]; value: object }[] = [
  { rule: 'the last layer that says something wins', layers: [{ a: 2 }, {}, { a: 3 }, {}], value: { a: 3 } },
  {
    rule: 'groups are merged key by key',
    layers: [{ group: { b: 1 } }, { group: { c: 'd' } }],
    value: { group: { b: 1, c: 'd' } },
  },
  { rule: 'lists are replaced, not joined', layers: [{ tags: ['a', 'b'] }, { tags: ['c'] }], value: { tags: ['c'] } },
  { rule: 'undefined says nothing', layers: [{ a: 2 }, { a: undefined, group: undefined }], value: { a: 2 } },
  { rule: 'null takes back what lower layers said', layers: [{ a: 2 }, { a: null }], value: { a: 1 } },
  {
    rule: 'null takes back a whole group',
    layers: [{ group: { b: 1, c: 'd' } }, { group: null }],
    value: { group: { c: 'c' } },
  },
  { rule: 'a layer above null speaks again', layers: [{ a: 2 }, { a: null }, { a: 4 }], value: { a: 4 } },
];
for (const { rule, layers, value } of rules) {
  test(rule, async () => {
    expect((await definition.load(layers.map((layer) => object(layer)))).value).toMatchObject(value);
  });
}

test('null is a value for a Standard Schema that takes it', async () => {
  const loaded = await defineConfig({ a: z.number().nullable() }, { env: environment }).load([object({ a: null })]);
  expect(loaded.value.a).toBeNull();
});

test('what was taken back is explained', async () => {
  const loaded = await definition.load([object({ a: 2 }, 'low'), object({ a: null }, 'high')]);
  expect(loaded.explain('a')).toEqual({
    value: 1,
    source: 'default',
    overridden: [
      { value: null, source: 'high' },
      { value: 2, source: 'low' },
    ],
  });
});

const layer = fc.record(
  {
    a: fc.option(fc.integer(), { nil: null }),
    group: fc.record({ b: fc.option(fc.integer(), { nil: null }) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

test('for any layers, the value is the last one said and not taken back, and all that lost is in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(layer, { maxLength: 6 }), async (layers) => {
      const sources = layers.map((values, index) => object(values, `layer ${index}`));
      const loaded = await definition.load(sources);
      const said = layers.flatMap(({ group }, index) =>
        group?.b === undefined ? [] : [{ value: group.b, source: `layer ${index}` }],
      );
      const winner = said.at(-1);
      expect(loaded.value.group.b).toBe(winner?.value ?? undefined);
      const { source, overridden } = loaded.explain('group.b');
      const isTakenBack = winner === undefined || winner.value === null;
      expect(source).toBe(isTakenBack ? 'default' : winner.source);
      expect(overridden).toEqual((isTakenBack ? said : said.slice(0, -1)).toReversed());
    }),
  );
});

test('for any layers, reading twice gives equal values, and an empty layer changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(layer, { maxLength: 5 }), fc.nat(), async (layers, at) => {
      const once = await definition.load(layers.map((values) => object(values)));
      const place = at % (layers.length + 1);
      const more = [...layers.slice(0, place), {}, ...layers.slice(place)];
      expect((await definition.load(more.map((values) => object(values)))).value).toEqual(once.value);
    }),
  );
});

const guarded = { token: secret().developmentDefault('hunter2'), size: int().developmentDefault(5) };

test('a development default holds in development and tests', async () => {
  for (const name of ['development', 'test']) {
    const loaded = await defineConfig(guarded, { env: detectEnvironment({ env: {}, name }) }).load([object({})]);
    expect([loaded.value.token.reveal(), loaded.value.size]).toEqual(['hunter2', 5]);
  }
});

for (const name of ['staging', 'production']) {
  test(`a development default is no default in ${name}`, async () => {
    const env = detectEnvironment({ env: {}, name });
    await expect(defineConfig(guarded, { env }).load([object({})])).rejects.toMatchObject({
      params: { problems: [{ key: 'token' }, { key: 'size', message: 'expected a whole number, got nothing.' }] },
    });
  });
}

test('production refuses a development default that a source repeats, without showing it', async () => {
  const loading = defineConfig(guarded, { env: production }).load([object({ token: 'hunter2', size: 6 }, 'app.json')]);
  const message = 'has the value that is meant for development only. Give it another one in production.';
  await expect(loading).rejects.toMatchObject({
    params: { problems: [{ key: 'token', source: 'app.json', message }] },
  });
  await expect(loading).rejects.not.toThrow('hunter2');
});
