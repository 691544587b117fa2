import { expect, test } from 'vitest';
import { createFlags, memory, type FlagDialect } from '../src/index.ts';

const throwing: FlagDialect = {
  name: 'throwing',
  validate: () => [],
  read: () => ({
    definitions: { f: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' } },
    shared: { evaluators: '', metadata: '' },
    compile: () => ({
      evaluate() {
        throw new TypeError('its table is empty');
      },
    }),
  }),
};

test('a dialect that throws gives the fallback, and says why', async () => {
  const flags = await createFlags({ source: { ...memory('{}'), dialect: throwing } });
  expect(flags.evaluate('f')).toMatchObject({
    reason: 'ERROR',
    errorMessage: 'The dialect failed at flag "f": its table is empty.',
  });
  await flags.close();
});
