import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from '../../src/run.ts';
import { fakeIo } from '../support/io.ts';

const folder = fileURLToPath(new URL('../../examples/faulty-service/', import.meta.url));

test('the audit of the faulty example answers its expected.json, byte for byte', async () => {
  const io = fakeIo({ cwd: folder });
  expect(await run(['audit', '.', '--format', 'json'], io)).toBe(1);
  expect(io.out()).toBe(readFileSync(`${folder}expected.json`, 'utf8'));
});

test('the answer is the same from another directory', async () => {
  const io = fakeIo({ cwd: fileURLToPath(new URL('..', import.meta.url)) });
  await run(['audit', '../examples/faulty-service', '--format', 'json'], io);
  expect(io.out()).toBe(readFileSync(`${folder}expected.json`, 'utf8'));
});

test('at least forty different rules find something in it', () => {
  const { findings, problems } = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8'));
  expect(new Set(findings.map(({ rule }: { rule: string }) => rule)).size).toBeGreaterThanOrEqual(40);
  expect(problems).toEqual([]);
});

test('no line of a secret is in the answer', () => {
  expect(readFileSync(`${folder}expected.json`, 'utf8')).not.toMatch(/9f2c41d8|27f1c09b/);
});
