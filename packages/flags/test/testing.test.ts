import { expect, test } from 'vitest';
import { FlagErrors } from '../src/index.ts';
import { createTestFlags } from '../src/testing.ts';
import { toggle } from './make.ts';

const document = { flags: { beta: toggle('off'), gamma: toggle('off', { state: 'DISABLED' }) } };

test('an override holds until its scope ends, the innermost counts', async () => {
  const { flags, override } = await createTestFlags(document);
  const outer = await override({ beta: 'on', gamma: 'on' });
  const seen: unknown[] = [flags.value('beta'), flags.value('gamma')];
  const inner = await override({ beta: 'off' });
  seen.push(flags.value('beta'), flags.value('gamma'));
  await inner[Symbol.asyncDispose]();
  seen.push(flags.value('beta'));
  await outer[Symbol.asyncDispose]();
  seen.push(flags.value('beta'), flags.value('gamma'));
  expect(seen).toEqual([true, true, false, true, true, false, undefined]);
  await flags.close();
});

for (const variants of [{ betta: 'on' }, { beta: 'maybe' }]) {
  test(`${JSON.stringify(variants)} is refused, for a test that overrides nothing proves nothing`, async () => {
    const { flags, override } = await createTestFlags(document);
    await expect(override(variants)).rejects.toThrow(FlagErrors.INVALID_OPTION);
    await flags.close();
  });
}
