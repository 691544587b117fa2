// Sources as JavaScript gives them.
import { expect, test } from 'vitest';
import { ConfigErrors, defineConfig, int } from '../src/index.ts';

const definition = defineConfig({ port: int().default(8080) });
const load = async (sources: unknown): Promise<unknown> => Reflect.apply(definition.load, undefined, [sources]);

for (const [says, sources] of [
  ['`sources` to be a list, got `undefined` (undefined)', undefined],
  ['`sources` to be a list, got `a value of type object` (object)', { name: 'env', read: () => ({}) }],
  ['`sources[0]` to be a source, such as file(…) or env(…), got `null` (object)', [null]],
  ['`sources[0]` to be a source, such as file(…) or env(…), got `a value of type string` (string)', ['hunter2']],
  ['`sources[0]` to be a source, such as file(…) or env(…), got `a list` (object)', [[]]],
] as const) {
  test(`Expected ${says}`, async () => {
    await expect(load(sources)).rejects.toThrow(`Expected ${says}`);
    await expect(load(sources)).rejects.toThrow(ConfigErrors.BAD_OPTION);
  });
}
