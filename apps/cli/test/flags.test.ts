import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../src/run.ts';
import { fakeIo } from './support/io.ts';
import { writeProject } from './support/project.ts';

const variants = { on: true, off: false };
const half = {
  fractional: [
    ['on', 50],
    ['off', 50],
  ],
};
const beta = {
  state: 'ENABLED',
  variants,
  defaultVariant: 'off',
  targeting: half,
  metadata: { owner: 'team-a', expiry: '2026-01-01' },
};
const stop = { state: 'DISABLED', variants, defaultVariant: 'on', metadata: { owner: 'team-b', kind: 'kill-switch' } };
const needs = { ...beta, targeting: { if: [{ flag: ['beta', 'on'] }, 'on'] } };

function writeFlags(document: unknown = { flags: { beta, stop } }) {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return fakeIo({ cwd: writeProject({ 'flags.json': text, 'seen.json': '["stop"]' }) });
}

test('flags list shows each flag, whose it is and until when', async () => {
  const io = writeFlags();
  expect([await run(['flags', 'list', 'flags.json'], io), io.err()]).toEqual([0, '']);
  expect(io.out()).toBe('beta  ENABLED   off  team-a  2026-01-01\nstop  DISABLED  on   team-b  kill-switch\n');
});

test('flags lint exits with 0 where there is nothing to tell, and with 1 where there is', async () => {
  const clean = writeFlags();
  expect(await run(['flags', 'lint', 'flags.json'], clean)).toBe(0);
  const careless = writeFlags({ flags: { beta: { ...beta, metadata: {} } } });
  expect(await run(['flags', 'lint', 'flags.json', '--json'], careless)).toBe(1);
  const found: readonly { rule: string }[] = JSON.parse(careless.out());
  expect(found.map(({ rule }) => rule)).toEqual(['no-owner', 'no-expiry']);
});

test('flags stale takes a date and the keys that were evaluated', async () => {
  const io = writeFlags();
  const words = ['flags', 'stale', 'flags.json', '--now', '2026-06-01', '--evaluated', 'seen.json', '--json'];
  expect(await run(words, io)).toBe(1);
  const found: readonly { rule: string; flag: string }[] = JSON.parse(io.out());
  expect(found.map(({ rule, flag }) => `${flag} ${rule}`)).toEqual(['beta expired', 'beta never-evaluated']);
});

test('flags explain tells how a subject came into its bucket, in the bucketing that is asked for', async () => {
  for (const bucketing of ['v1', 'v2', 'v3']) {
    const io = writeFlags();
    const context = '{"targetingKey":"user-1"}';
    const words = ['flags', 'explain', 'flags.json', 'beta', '--context', context, '--bucketing', bucketing];
    expect([await run(words, io), io.err()]).toEqual([0, '']);
    expect(io.out()).toMatch(new RegExp(`bucket [12] of 2: place [\\d.]+ of 100, bucketing ${bucketing} of `));
  }
});

test('flags export writes plain flagd to a file', async () => {
  const io = writeFlags({ flags: { beta, needs } });
  expect([await run(['flags', 'export', 'flags.json', '--out', 'plain.json'], io), io.err()]).toEqual([0, '']);
  expect(readFileSync(join(io.cwd, 'plain.json'), 'utf8')).not.toContain('"flag"');
});

const wrong = [
  { words: ['lint', 'absent.json'], code: 3, says: 'absent.json' },
  { words: ['lint'], code: 2, says: 'file' },
  { words: ['lint', 'flags.json', '--shiny'], code: 2, says: 'shiny' },
  { words: ['stale', 'flags.json', '--now', 'soon'], code: 2, says: 'no date' },
  { words: ['explain', 'flags.json', 'beta', '--context', '[]'], code: 2, says: 'no JSON object' },
  { words: ['polish', 'flags.json'], code: 2, says: 'polish' },
];
for (const { words, code, says } of wrong) {
  test(`flags ${words.join(' ')} exits with ${code}`, async () => {
    const io = writeFlags();
    expect(await run(['flags', ...words], io)).toBe(code);
    expect(io.err()).toContain(says);
  });
}

test('a file whose name looks like a flag is a file', async () => {
  const io = fakeIo({ cwd: writeProject({ '--flags.json': JSON.stringify({ flags: { beta } }) }) });
  expect(await run(['flags', 'list', '--', '--flags.json'], io)).toBe(0);
  expect(io.out()).toContain('beta');
});

test('a document that is not valid cannot be listed, and exits with 3', async () => {
  const io = writeFlags({ flags: { beta: { ...beta, defaultVariant: 'maybe' } } });
  expect(await run(['flags', 'list', 'flags.json'], io)).toBe(3);
  expect(io.err()).toContain('"maybe", which is no variant');
});
