import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsTree } from 'nx/src/generators/tree.js';
import { afterAll, expect, test } from 'vitest';
import { root } from '../repository/root.ts';
import newRecord from '../workspace/src/adr/generator.ts';
import newPackage from '../workspace/src/package/generator.ts';

// What a generator would write, without writing it. `integration/generators.test.ts` runs them by npm.
const folder = mkdtempSync(join(tmpdir(), 'seaworthy-generators-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('new:adr makes the next decision record', async () => {
  cpSync(
    join(root, 'docs/decisions/0034-few-broken-test-files-are-repeated-alone.md'),
    join(folder, 'docs/decisions/0034-a.md'),
  );
  const tree = new FsTree(folder, false);
  await newRecord(tree, { title: 'Keep one clock' });
  expect(tree.listChanges().map(({ path, type }) => [type, path])).toEqual([
    ['CREATE', 'docs/decisions/0035-keep-one-clock.md'],
  ]);
  expect(tree.read('docs/decisions/0035-keep-one-clock.md', 'utf8')).toMatch(
    /^# 35\. Keep one clock\n\nStatus: proposed\n/,
  );
});

test('new:adr refuses a title without a letter', async () => {
  await expect(newRecord(new FsTree(folder, false), { title: ' !? ' })).rejects.toThrow('got " !? "');
});

test('new:package refuses a name that is taken, and writes nothing', async () => {
  const tree = new FsTree(root, false);
  await expect(newPackage(tree, { name: 'errors', description: 'x' })).rejects.toThrow(
    'packages/errors is already there.',
  );
  expect(tree.listChanges()).toEqual([]);
});

test.each(['New_Idea', 'new--idea', '1st', '../up', ''])('new:package takes no package that is called "%s"', (name) => {
  const schema = JSON.parse(readFileSync(join(root, 'tools/workspace/src/package/schema.json'), 'utf8'));
  const pattern = new RegExp(schema.properties.name.pattern);
  expect(name).not.toMatch(pattern);
  expect('new-idea').toMatch(pattern);
});
