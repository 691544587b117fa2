import murmur from 'murmurhash3js';
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

for (const { bucketing, from, choice } of [
  { bucketing: 'v1', from: 'halfada', choice: { place: expect.closeTo(shareOf('halfada'), 10), total: 100 } },
  { bucketing: 'v2', from: 'halfada', choice: { place: placeOf('halfada', 4), total: 4 } },
  { bucketing: 'v3', from: ['half', 'ada'], choice: { total: 4 } },
] as const) {
  test(`bucketing ${bucketing}: a step tells the bucket, the place and what was hashed`, async () => {
    const targeting = { fractional: [['on', 3], ['off']] };
    const half = { flags: { half: toggle('off', { targeting }) } };
    const flags = await flagsOf(half, { bucketing });
    const { steps, evaluation } = flags.explain('half', { targetingKey: 'ada' });
    const bucket = evaluation.variant === 'on' ? 1 : 2;
    expect(steps).toEqual([
      { path: 'targeting', rule: targeting, answer: evaluation.variant, choices: [expect.anything()] },
    ]);
    expect(steps[0]?.choices?.[0]).toMatchObject({ bucketing, from, bucket, buckets: 2, ...choice });
    await flags.close();
  });
}

test('a condition that buckets tells it too, and a subject without a key is in no bucket', async () => {
  const targeting = { if: [{ '==': [{ fractional: [{ var: 'plan' }, ['a'], ['b'], ['c']] }, 'a'] }, 'on', 'off'] };
  const flags = await flagsOf({ flags: { part: toggle('off', { targeting }) } });
  const [first] = flags.explain('part', { plan: 'pro' }).steps;
  expect(first?.choices).toEqual([
    { bucketing: 'v2', from: 'pro', bucket: placeOf('pro', 3) + 1, buckets: 3, place: placeOf('pro', 3), total: 3 },
  ]);
  expect(flags.explain('part', {}).steps[0]?.choices).toBeUndefined();
  await flags.close();
});

/** What the published hash says, in unlimited whole numbers. */
function placeOf(text: string, total: number): number {
  return Number((BigInt(murmur.x86.hash32(text)) * BigInt(total)) >> 32n);
}

function shareOf(text: string): number {
  return (Math.abs(murmur.x86.hash32(text) | 0) / 0x7fff_ffff) * 100;
}

test('an override is named as the reason, and no rule is asked', async () => {
  const { because, steps } = await explain('ruled', { country: 'NO' }, { overrides: fixed({ ruled: 'off' }) });
  expect({ because, steps }).toEqual({ because: 'An override demands it: the variant is "off".', steps: [] });
});
