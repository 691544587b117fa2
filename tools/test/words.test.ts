import { describe, expect, test } from 'vitest';
import { bareErrors, focusedTests, forbiddenFolder, forbiddenHosts, unfinishedWork } from '../words/rules.ts';

// The words are written in parts: this file is looked through as well.
const later = ['TO', 'DO'].join('');
const only = ['on', 'ly'].join('');
const skip = ['sk', 'ip'].join('');

describe('unfinished work', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['packages/a/src/b.ts', `// ${later}: later`, 1],
    ['apps/a/src/deep/b.ts', `/* a\n * ${later} b */`, 1],
    ['packages/a/src/b.ts', `const word = '${later}'; const rule = /${later}/;`, 0],
    ['packages/a/test/b.test.ts', `// ${later}`, 0],
    ['apps/cli/src/rules/x/fixtures/hit/b.ts', `// ${later}`, 0],
    ['README.md', later, 0],
  ];
  for (const [file, text, hits] of cases) {
    test(`${file}: ${text.replaceAll(later, '…')} has ${hits}`, () =>
      expect(unfinishedWork(file, text)).toHaveLength(hits));
  }

  test('the place is that of the word', () => {
    expect(unfinishedWork('packages/a/src/b.ts', `a;\n// b ${later}`)).toMatchObject([{ offset: 8 }]);
  });
});

describe('bare errors', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['packages/a/src/b.ts', 'throw new TypeError(text);', 1],
    ['apps/a/src/deep/b.ts', 'setTimeout(() => reject(new Error(text)), 1);', 1],
    ['packages/a/src/b.ts', 'throw new AErrors.GONE({ name });', 0],
    ['packages/a/src/b.ts', 'throw new AErrors.GONE({ name }, { cause: new AggregateError(all) });', 0],
    ['packages/a/src/testing.ts', 'throw new Error(failure);', 0],
    ['apps/cli/src/rules/x/fixtures/hit/b.ts', 'throw new Error(text);', 0],
    ['tools/a.ts', 'throw new Error(text);', 0],
  ];
  for (const [file, text, hits] of cases) {
    test(`${file}: ${text} has ${hits}`, () => expect(bareErrors(file, text)).toHaveLength(hits));
  }
});

describe('focused and skipped tests', () => {
  const cases: readonly (readonly [string, number])[] = [
    [`test.${only}('a', () => {});`, 1],
    [`describe.${skip}('a', () => {});`, 1],
    [`it.concurrent.${only}.each([])('a', () => {});`, 1],
    [`${['x', 'it'].join('')}('a', () => {});`, 1],
    [`context.skip('needs a browser');`, 0],
    [`rows.${only}(1);`, 0],
    [`split(1); unit(2);`, 0],
  ];
  for (const [text, hits] of cases) {
    test(`${text.replaceAll(only, '…').replaceAll(skip, '…')} has ${hits}`, () =>
      expect(focusedTests('packages/a/test/b.test.ts', text)).toHaveLength(hits));
  }

  test('only tests are looked at', () => {
    expect(focusedTests('packages/a/src/b.ts', `test.${only}(1)`)).toEqual([]);
  });
});

test('a host is found in any letter case', () => {
  const rule = forbiddenHosts(['packages.example.com']);
  expect(rule('a.md', 'see https://Packages.Example.com/x')).toMatchObject([{ offset: 12 }]);
  expect(rule('a.md', 'see https://example.com/x')).toEqual([]);
});

test('the folder of the checkout is found', () => {
  expect(forbiddenFolder('/home/ada/sea')('a.ts', "open('/home/ada/sea/x')")).toMatchObject([{ offset: 6 }]);
  expect(forbiddenFolder('/home/ada/sea')('a.ts', "open('./x')")).toEqual([]);
});
