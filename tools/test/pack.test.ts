import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeMappings } from '../pack/mappings.ts';
import { sourceMapProblems } from '../pack/source-maps.ts';

describe('mappings', () => {
  test('segments are differences, and columns start anew on each line', () => {
    expect(decodeMappings('AAAA,CAAC;AACA')).toEqual([
      [
        { column: 0, source: 0, sourceLine: 0, sourceColumn: 0 },
        { column: 1, source: 0, sourceLine: 0, sourceColumn: 1 },
      ],
      [{ column: 0, source: 0, sourceLine: 1, sourceColumn: 1 }],
    ]);
  });

  test('large and negative numbers are read', () => {
    expect(decodeMappings('gqjGAAAA;AAAD')?.[0]?.[0]?.column).toBe(100_000);
    expect(decodeMappings('AAAC,AAAD')?.[0]?.map(({ sourceColumn }) => sourceColumn)).toEqual([1, 0]);
  });

  test('a segment with no source is left out, and an empty line has none', () => {
    expect(decodeMappings('A;;')).toEqual([[], [], []]);
  });

  for (const text of ['A?', 'AA', 'g']) {
    test(`"${text}" is not valid`, () => expect(decodeMappings(text)).toBeUndefined());
  }
});

describe('source maps', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'seaworthy-tools-'));
    for (const name of ['dist', 'src']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'src/a.ts'), 'const a: number = 1;\n');
    writeFileSync(join(folder, 'dist/a.js'), 'const a = 1;\n//# sourceMappingURL=a.js.map\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const map = (changes: object): void => {
    const whole = { version: 3, sources: ['../src/a.ts'], names: [], mappings: 'AAAA', ...changes };
    writeFileSync(join(folder, 'dist/a.js.map'), JSON.stringify(whole));
  };

  test('a map that leads to a shipped source has no problem', () => {
    map({});
    expect(sourceMapProblems(folder)).toEqual([]);
  });

  test('a file without a map is a problem', () => {
    writeFileSync(join(folder, 'dist/a.js'), 'const a = 1;\n');
    expect(sourceMapProblems(folder)).toEqual(['dist/a.js names no source map']);
  });

  test('a file that only passes names on needs no map', () => {
    writeFileSync(join(folder, 'dist/a.js'), 'import { n as a } from "./shared.js";\n\nexport { a };\n');
    expect(sourceMapProblems(folder)).toEqual([]);
  });

  test('a map that was not shipped is a problem', () => {
    expect(sourceMapProblems(folder)).toEqual(['dist/a.js names a.js.map, which was not shipped']);
  });

  const cases: readonly (readonly [string, object, string])[] = [
    ['a source that was not shipped', { sources: ['../src/b.ts'] }, 'which was not shipped'],
    ['a source outside the package', { sources: ['../../a.ts'] }, 'which was not shipped'],
    ['a line that the source does not have', { mappings: 'AAkBA' }, 'a mapping that leads nowhere: line 1, column 1'],
    ['a column that the built file does not have', { mappings: 'gkBAAA' }, 'a mapping that leads nowhere'],
    ['no mapping at all', { mappings: '' }, 'there is none'],
    ['mappings that are not valid', { mappings: '??' }, 'not valid base64'],
  ];
  for (const [title, changes, message] of cases) {
    test(`${title} is a problem`, () => {
      map(changes);
      expect(sourceMapProblems(folder).join('\n')).toContain(message);
    });
  }
});
