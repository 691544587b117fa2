import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigErrors, defineConfig, detectEnvironment, env, string, type Shape } from '../src/index.ts';

const environment = detectEnvironment({ env: {}, exists: () => false });

/** Words as people name keys: `server`, `dataDir`, `http2`. */
const word = fc.stringMatching(/^[a-z]{2,6}[0-9]?$/);
const camel = (words: readonly string[]): string =>
  words.map((each, index) => (index === 0 ? each : each.charAt(0).toUpperCase() + each.slice(1))).join('');
const name = fc.array(word, { minLength: 1, maxLength: 3 });
const place = fc.tuple(fc.option(name, { nil: undefined }), name);

function define(group: readonly string[] | undefined, leafName: readonly string[]) {
  const leaf = { [camel(leafName)]: string() };
  const shape: Shape = group === undefined ? leaf : { [camel(group)]: leaf };
  return defineConfig(shape, { env: environment });
}

const spellings: Readonly<Record<string, (words: readonly string[]) => string>> = {
  'upper case with underscores': (words) => words.join('_').toUpperCase(),
  'lower case with dashes': (words) => words.join('-'),
  'lower case with dots': (words) => words.join('.'),
  'no separators': (words) => words.join('').toUpperCase(),
  'double underscores': (words) => words.join('__').toUpperCase(),
};
for (const [how, spell] of Object.entries(spellings)) {
  test(`any key is set by its words in ${how}`, async () => {
    await fc.assert(
      fc.asyncProperty(place, fc.stringMatching(/^[!-~]{1,20}$/), async ([group, leaf], value) => {
        const variables = { [`APP_${spell([...(group ?? []), ...leaf])}`]: value };
        const config = await define(group, leaf).load([env('APP', { variables })]);
        expect(config.describe().map((row) => row.value)).toEqual([value]);
      }),
    );
  });
}

test('the variable that the documents name sets the key', async () => {
  await fc.assert(
    fc.asyncProperty(place, async ([group, leaf]) => {
      const definition = define(group, leaf);
      const variable = /\| `(APP_[^`]+)` \|/.exec(definition.markdown({ prefix: 'APP' }))?.[1] ?? '';
      const config = await definition.load([env('APP', { variables: { [variable]: 'x' } })]);
      expect(config.describe()[0]).toMatchObject({ value: 'x', source: `env:${variable}` });
    }),
  );
});

test('two keys whose words run together to the same name are refused when they are defined', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 2, maxLength: 4 }), fc.nat(), fc.nat(), (words, first, second) => {
      const cut = (at: number): readonly [string, string] => {
        const where = 1 + (at % (words.length - 1));
        return [camel(words.slice(0, where)), camel(words.slice(where))];
      };
      const [[groupA, leafA], [groupB, leafB]] = [cut(first), cut(second)];
      if (groupA === groupB) return;
      const shape = { [groupA]: { [leafA]: string() }, [groupB]: { [leafB]: string() } };
      expect(() => defineConfig(shape)).toThrow(ConfigErrors.BAD_SHAPE);
    }),
  );
});

test('two spellings of one key with two values are a problem that names both', async () => {
  const variables = { APP_DATA_DIR: 'a', APP_DATADIR: 'b' };
  const loading = defineConfig({ dataDir: string() }, { env: environment }).load([env('APP', { variables })]);
  await expect(loading).rejects.toMatchObject({
    params: {
      problems: [{ source: 'env:APP_DATADIR', message: 'set twice, with another value by env:APP_DATA_DIR.' }],
    },
  });
});

test('two spellings of one key with the same value are no problem', async () => {
  const variables = { APP_DATA_DIR: 'a', app_datadir: 'a' };
  const loaded = await defineConfig({ dataDir: string() }, { env: environment }).load([env('APP', { variables })]);
  expect(loaded.value.dataDir).toBe('a');
});
