import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineErrors } from '@seaworthy/errors';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorsSnapshot, stabilityProblems, writeSnapshot } from '../docs/errors-stability.ts';
import { readCatalogues } from '../docs/errors-page.ts';
import { root as repository } from '../repository/root.ts';

const promised = [
  defineErrors('shop', { FULL: { message: 'No room for {name} in {shelf}' }, GONE: { message: 'It is gone' } }),
];

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'seaworthy-stability-'));
  mkdirSync(join(root, 'docs/reference'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

test('the codes and parameters of this repository are those that it promised', async () => {
  expect(stabilityProblems(repository, await readCatalogues(repository))).toEqual([]);
});

test('a repository without a snapshot is told to write one', () => {
  expect(stabilityProblems(root, promised)[0]?.message).toContain('npm run docs:errors');
});

test('a code or a parameter that is gone is a problem, and is not written over unless that is meant', () => {
  writeSnapshot(root, promised, false);
  const before = readFileSync(join(root, errorsSnapshot), 'utf8');
  const now = [defineErrors('shop', { FULL: { message: 'No room for {name}' } })];
  expect(stabilityProblems(root, now).map(({ message }) => message)).toEqual([
    expect.stringContaining('shop.FULL: The parameter "shelf" was removed. Others rely on it'),
    expect.stringContaining('shop.GONE: The code was removed. Others rely on it'),
  ]);
  expect(writeSnapshot(root, now, false).map(({ code }) => code)).toEqual(['shop.FULL', 'shop.GONE']);
  expect(readFileSync(join(root, errorsSnapshot), 'utf8')).toBe(before);
  expect(writeSnapshot(root, now, true)).toEqual([]);
  expect(stabilityProblems(root, now)).toEqual([]);
});

test('what is new has to be promised too', () => {
  writeSnapshot(root, promised, false);
  const now = [...promised, defineErrors('cellar', { DAMP: { message: 'It is damp' } })];
  expect(stabilityProblems(root, now)[0]?.message).toBe('cellar.DAMP: The code is new. Run npm run docs:errors.');
  expect(writeSnapshot(root, now, false)).toEqual([]);
  expect(stabilityProblems(root, now)).toEqual([]);
});
