import { expect, test } from 'vitest';
import { parseGitignore } from '../src/project/gitignore.ts';

interface Case {
  readonly text: string;
  readonly path: string;
  readonly isDirectory?: boolean;
  readonly decision: boolean | undefined;
}

// An integration test compares the whole walk with git itself.
const cases: readonly Case[] = [
  { text: '*.log', path: 'deep/a.log', decision: true },
  { text: '/a.log', path: 'deep/a.log', decision: undefined },
  { text: '/a.log', path: 'a.log', decision: true },
  { text: 'build/', path: 'build', isDirectory: true, decision: true },
  { text: 'build/', path: 'build', decision: undefined },
  { text: 'doc/*.txt', path: 'doc/a.txt', decision: true },
  { text: 'doc/*.txt', path: 'doc/deep/a.txt', decision: undefined },
  { text: '*.log\n!keep.log', path: 'keep.log', decision: false },
  { text: '!keep.log\n*.log', path: 'keep.log', decision: true },
  { text: '# a comment', path: '# a comment', decision: undefined },
  { text: String.raw`\#file`, path: '#file', decision: true },
  { text: 'trailing   ', path: 'trailing', decision: true },
  { text: '{a,b}', path: 'a', decision: undefined },
  { text: '{a,b}', path: '{a,b}', decision: true },
  { text: '**/cache', path: 'x/cache', decision: true },
  { text: 'a/**', path: 'a/b/c', decision: true },
  { text: 'a.js\r\nb.js\r\n', path: 'a.js', decision: true },
  { text: '\n/\n!\n', path: 'x', decision: undefined },
];

for (const { text, path, isDirectory = false, decision } of cases) {
  test(`${JSON.stringify(text)} says ${decision} of ${path}${isDirectory ? '/' : ''}`, () => {
    expect(parseGitignore(text).decide(path, isDirectory)).toBe(decision);
  });
}
