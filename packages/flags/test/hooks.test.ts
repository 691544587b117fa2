import { expect, test } from 'vitest';
import { createFlags, exposures, memory, type FlagHook, type HookEvent } from '../src/index.ts';
import { flagsOf, toggle } from './make.ts';

const document = {
  flags: { a: toggle('off', { targeting: { if: [{ '==': [{ var: 'plan' }, 'pro'] }, 'on'] } }), b: toggle('on') },
};

/** Notes the stages it is called in. */
function noting(name: string, notes: string[]): FlagHook {
  const note =
    (stage: string) =>
    ({ key }: { readonly key: string }): undefined =>
      void notes.push(`${name} ${stage} ${key}`);
  return { before: note('before'), after: note('after'), error: note('error'), finally: note('finally') };
}

test('stages run in order before, and in the reverse order after', async () => {
  const notes: string[] = [];
  const flags = await flagsOf(document, { hooks: [noting('1', notes), noting('2', notes)] });
  flags.value('b');
  expect(notes.join(', ')).toBe('1 before b, 2 before b, 2 after b, 1 after b, 2 finally b, 1 finally b');
});

test('an error has a stage of its own', async () => {
  const notes: string[] = [];
  const flags = await flagsOf(document, { hooks: [noting('1', notes)] });
  flags.evaluate('none');
  expect(notes.join(', ')).toBe('1 before none, 1 error none, 1 finally none');
});

test('what before returns is laid over the context, for handles too', async () => {
  const flags = await flagsOf(document, { hooks: [{ before: () => ({ plan: 'pro' }) }] });
  expect([flags.value('a'), flags.handle('a').value({ plan: 'free' })]).toEqual([true, true]);
});

test('a hook that throws is logged and changes nothing', async () => {
  const broken = (): never => {
    throw new Error('broken');
  };
  const errors: unknown[] = [];
  const logger = { info() {}, error: (_fields: object, message: string) => void errors.push(message) };
  const hook: FlagHook = { before: broken, after: broken, finally: broken };
  const flags = await flagsOf(document, { hooks: [hook], logger });
  expect(flags.value('b')).toBe(true);
  expect(errors).toEqual(Array.from({ length: 3 }, () => 'A hook of the flags failed'));
});

test('an exposure is told once for each flag, variant and subject', async () => {
  const told: string[] = [];
  const hook = exposures(({ key, context, evaluation }: HookEvent) => {
    told.push(`${key} ${evaluation.variant} ${context?.targetingKey}`);
  });
  const flags = await createFlags({ source: memory(document), hooks: [hook] });
  for (const targetingKey of ['ada', 'bob', 'ada']) flags.value('b', { targetingKey });
  flags.value('a', { targetingKey: 'ada' });
  flags.value('a', { targetingKey: 'ada', plan: 'pro' });
  flags.value('b');
  flags.value('none', { targetingKey: 'ada' });
  expect(told).toEqual(['b on ada', 'b on bob', 'a off ada', 'a on ada']);
});

test('the memory of exposures is bounded', async () => {
  let told = 0;
  const flags = await flagsOf(document, { hooks: [exposures(() => (told += 1), { max: 2 })] });
  for (const targetingKey of ['1', '2', '3', '3', '1']) flags.value('b', { targetingKey });
  expect(told).toBe(4);
});
