import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');

test('every logger interface that a package asks for is held against our logger and the console', () => {
  const sources = globSync('packages/*/src/**/*.ts', { cwd: root }).filter(
    (file) => !/^packages.logger.src/.test(file),
  );
  const asked = sources.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(/^export interface (\w*Logger)\b/gm)].map(([, name = '']) => name);
  });
  const held = readFileSync(join(root, 'tools/contracts/logger.test-d.ts'), 'utf8');
  expect(asked).not.toEqual([]);
  expect(asked.filter((name) => !held.includes(`Fits<Logger, ${name}>`))).toEqual([]);
  expect(asked.filter((name) => !held.includes(`Fits<Console, ${name}>`))).toEqual([]);
});
