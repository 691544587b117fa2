import { expect, test } from 'vitest';
import { fixed } from '../src/index.ts';
import type { EvaluationContext, Explanation, FlagsOptions } from '../src/index.ts';
import { flagsOf, toggle } from './make.ts';

const isNorwegian = { '==': [{ var: 'country' }, 'NO'] };
const document = {
  $evaluators: { staff: { ends_with: [{ var: 'email' }, '@example.com'] }, halves: { fractional: [['on'], ['off']] } },
  flags: {
    plain: toggle('on'),
    stopped: toggle('on', { state: 'DISABLED' }),
    ruled: toggle('off', { targeting: { if: [isNorwegian, 'on', { $ref: 'staff' }, { $ref: 'halves' }] } }),
  },
};

async function explain(
  key: string,
  context?: EvaluationContext,
  options: Partial<FlagsOptions> = {},
): Promise<Explanation> {
  const flags = await flagsOf(document, options);
  const explanation = flags.explain(key, context);
  expect(explanation.evaluation).toEqual(flags.evaluate(key, context));
  await flags.close();
  return explanation;
}

const cases = [
  { key: 'plain', because: 'The flag has no targeting: the variant is "on".', asked: [] },
  { key: 'stopped', because: 'The flag is disabled: there is no value.', asked: [] },
  { key: 'absent', because: 'There is no flag "absent".', asked: [] },
  {
    key: 'ruled',
    context: { country: 'NO' },
    because: 'The targeting answers "on" at targeting.if[1]: the variant is "on".',
    asked: ['targeting.if[0] true', 'targeting.if[1] "on"'],
  },
  {
    key: 'ruled',
    context: { country: 'FR' },
    because: 'The targeting says nothing at targeting.if[4], so the default counts: the variant is "off".',
    asked: ['targeting.if[0] false', 'targeting.if[2] null', 'targeting.if[4] null'],
  },
  {
    key: 'ruled',
    context: { email: 'ada@example.com', targetingKey: 'ada' },
    because: 'The targeting answers "off" at $evaluators.halves: the variant is "off".',
    asked: ['targeting.if[0] false', 'targeting.if[2] true', '$evaluators.halves "off"'],
  },
];
for (const { key, context, because, asked } of cases) {
  test(`"${key}" for ${JSON.stringify(context ?? {})}: ${because}`, async () => {
    const { steps, ...explanation } = await explain(key, context);
    expect(explanation.because).toBe(because);
    expect(steps.map(({ path, answer }) => `${path} ${JSON.stringify(answer)}`)).toEqual(asked);
  });
}

test('an override is named as the reason, and no rule is asked', async () => {
  const { because, steps } = await explain('ruled', { country: 'NO' }, { overrides: fixed({ ruled: 'off' }) });
  expect({ because, steps }).toEqual({ because: 'An override demands it: the variant is "off".', steps: [] });
});
