import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { forget, isMeasured, measurement, readMeasured, rememberMeasured } from '../covered/measure.ts';
import { run } from '../process/run.ts';

describe('what npm test measured', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'seaworthy-measured-'));
    await run('git', ['init', '--quiet'], { cwd: root });
    await mkdir(join(root, 'src'));
    await writeFile(join(root, '.gitignore'), 'tmp\n');
    await writeFile(join(root, 'src/a.ts'), 'one();\ntwo();\n');
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  async function writeReport(name: string, s: Record<string, number>): Promise<void> {
    const { args } = measurement(root, 'unit', name);
    const option = '--coverage.reportsDirectory=';
    const folder = args.find((arg) => arg.startsWith(option))?.slice(option.length) ?? '';
    await mkdir(folder, { recursive: true });
    const path = join(root, 'src/a.ts');
    const statementMap = { 0: { start: { line: 1, column: 0 } }, 1: { start: { line: 2, column: 0 } } };
    await writeFile(join(folder, 'coverage-final.json'), JSON.stringify({ [path]: { path, statementMap, s } }));
  }

  test('is used as long as no file changes', async () => {
    await expect(isMeasured(root)).resolves.toBe(false);
    measurement(root, 'unit');
    await rememberMeasured(root);
    await expect(isMeasured(root)).resolves.toBe(true);

    await writeFile(join(root, 'src/a.ts'), 'one();\nsix();\n');
    await expect(isMeasured(root)).resolves.toBe(false);
  });

  test('is no longer used when a file is new, or when a kind was measured apart', async () => {
    measurement(root, 'unit');
    await rememberMeasured(root);
    await writeFile(join(root, 'src/b.ts'), '');
    await expect(isMeasured(root)).resolves.toBe(false);

    await rememberMeasured(root);
    forget(root, 'unit');
    await expect(isMeasured(root)).resolves.toBe(false);
  });

  test('is the sum of its runs: a file that crashed adds what its second run reached', async () => {
    await writeReport('first', { 0: 1, 1: 0 });
    expect(readMeasured(root, 'unit')).toEqual(new Map([['src/a.ts', { total: 2, covered: 1 }]]));
    await writeReport('again', { 0: 0, 1: 2 });
    expect(readMeasured(root, 'unit')).toEqual(new Map([['src/a.ts', { total: 2, covered: 2 }]]));
    expect(readMeasured(root, 'integration')).toEqual(new Map());
  });
});
