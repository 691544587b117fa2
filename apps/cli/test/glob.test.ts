import { expect, test } from 'vitest';
import { globToRegExp, matcher } from '../src/project/glob.ts';

const cases: readonly (readonly [glob: string, path: string, matches: boolean])[] = [
  ['src/*.ts', 'src/a.ts', true],
  ['src/*.ts', 'src/deep/a.ts', false],
  ['src/**', 'src/deep/a.ts', true],
  ['src/**', 'src', false],
  ['src/**/a.ts', 'src/a.ts', true],
  ['src/**/a.ts', 'src/x/y/a.ts', true],
  ['**/fixtures/**', 'test/fixtures/a/b.js', true],
  ['**/fixtures/**', 'fixtures/b.js', true],
  ['**/fixtures/**', 'fixture/b.js', false],
  ['vendor/', 'vendor/lib/a.js', true],
  ['*.min.js', 'public/a.min.js', true],
  ['./src/*.ts', 'src/a.ts', true],
  ['a?c', 'abc', true],
  ['x/a?c', 'x/a/c', false],
  ['file.[jt]s', 'src/file.ts', true],
  ['file.[!j]s', 'file.js', false],
  ['{a,b}/*.js', 'b/x.js', true],
  ['{a,b}/*.js', 'c/x.js', false],
  ['a+b(1).js', 'a+b(1).js', true],
  [String.raw`literal\*.js`, 'literal*.js', true],
  [String.raw`literal\*.js`, 'literalx.js', false],
  ['[z-a]', '[z-a]', true],
  ['open[', 'open[', true],
  ['open{', 'open{', true],
  ['a**b', 'axxb', true],
  ['d/a**b', 'd/ax/xb', false],
  ['übung/*', 'übung/😀.ts', true],
];

for (const [glob, path, matches] of cases) {
  test(`${glob} ${matches ? 'matches' : 'does not match'} ${path}`, () => {
    expect(matcher([glob])(path)).toBe(matches);
  });
}

test('no glob matches nothing', () => {
  expect(matcher([])('a.ts')).toBe(false);
});

test('a long run of double stars costs no more than one', () => {
  const pattern = globToRegExp(`${'**/'.repeat(40)}x.js`);
  expect(pattern.source.length).toBeLessThan(40);
  expect(pattern.test(`${'a/'.repeat(60)}y.js`)).toBe(false);
});
