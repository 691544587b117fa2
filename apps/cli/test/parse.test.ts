import { expect, test } from 'vitest';
import { parseDocker } from '../src/project/parse/docker.ts';
import { tooDeepAt } from '../src/project/parse/depth.ts';
import { parseScript } from '../src/project/parse/script.ts';
import { parseYaml } from '../src/project/parse/yaml.ts';
import type { Script, Visitors } from '../src/rules/contract.ts';

function script(path: string, text: string): Script {
  const parsed = parseScript(path, text);
  if (!parsed.ok) throw new TypeError(`${parsed.reason} at ${parsed.offset}`);
  return parsed.value;
}

const valid: readonly (readonly [path: string, text: string])[] = [
  ['a.js', 'export const x = <div/>;'],
  ['a.js', 'return 1'],
  ['a.js', 'await fetch("x")'],
  ['a.js', 'with (a) {}'],
  ['a.mjs', 'import a from "b";'],
  ['a.cjs', 'return require("x")'],
  ['a.jsx', 'const a = <A b={1}>x</A>;'],
  ['a.ts', 'const f = <T,>(x: T): T => x; let y = <any>z;'],
  ['a.tsx', 'const a = <A<string> b="1" />;'],
  ['a.mts', 'export type A = string;'],
  ['a.cts', 'import a = require("a"); export = a;'],
  ['a.cts', 'import a from "a"; export { a };'],
  ['a.d.ts', 'declare const x: number; export function f(): void;'],
  ['a.ts', 'enum E { A } namespace N { export const a = 1 } @dec class C { constructor(private x: number) {} }'],
  ['a.js', ''],
];

for (const [path, text] of valid) {
  test(`${path} may hold ${JSON.stringify(text)}`, () => {
    expect(parseScript(path, text).ok).toBe(true);
  });
}

test('a script that does not parse says why and where', () => {
  expect(parseScript('a.ts', 'const a = 1;\nlet b = ;\n')).toEqual({
    ok: false,
    reason: 'Unexpected token',
    offset: 21,
  });
  expect(parseScript('a.mjs', 'return 1')).toMatchObject({ ok: false, offset: 0 });
});

test('offsets count UTF-16 code units, also after characters outside the basic plane', () => {
  const text = 'const a = "😀é";\nfoo(a);';
  const found: string[] = [];
  script('a.ts', text).visit({ CallExpression: ({ start, end }) => void found.push(text.slice(start, end)) });
  expect(found).toEqual(['foo(a)']);
});

test('the first line of a program is no comment', () => {
  const { comments } = script('a.js', '#!/usr/bin/env node\n// one\nfoo(); /* two */');
  expect(comments.map(({ value }) => value)).toEqual([' one', ' two ']);
});

test('a visit follows the text, whatever the order of the visitors', () => {
  const seen: string[] = [];
  const visitors: Visitors = {
    Identifier: ({ name }) => void seen.push(name),
    Literal: ({ value }) => void seen.push(String(value)),
  };
  script('a.js', 'a(1, b(2), c);').visit(visitors);
  expect(seen).toEqual(['a', '1', 'b', '2', 'c']);
});

test('a visitor gets the ancestors from the program inwards', () => {
  const lineages: string[][] = [];
  const parsed = script('a.js', 'function f() { return g(); }');
  const visit = (): void =>
    parsed.visit({ CallExpression: (_node, ancestors) => void lineages.push(ancestors.map(({ type }) => type)) });
  visit();
  visit();
  const lineage = ['Program', 'FunctionDeclaration', 'BlockStatement', 'ReturnStatement'];
  expect(lineages).toEqual([lineage, lineage]);
});

test('the program itself has no ancestors', () => {
  let depth = -1;
  script('a.js', '1').visit({ Program: (_node, ancestors) => void (depth = ancestors.length) });
  expect(depth).toBe(0);
});

const deep: readonly (readonly [name: string, text: string])[] = [
  ['brackets', '['.repeat(50_000)],
  ['calls', `a${'.b()'.repeat(50_000)}`],
  ['additions', `a${'+a'.repeat(100_000)}`],
  ['divisions', `a${'/a'.repeat(100_000)}`],
  ['else branches', `${'if (a) {} else '.repeat(5_000)}{}`],
];

for (const [name, text] of deep) {
  test(`a script that nests ${name} for ever is refused before the native parser sees it`, () => {
    expect(parseScript('a.js', text)).toMatchObject({ ok: false, reason: 'It nests too deeply to be looked at.' });
  });
}

test('a real file with many brackets or much base64 is not refused', () => {
  expect(tooDeepAt(`const data = [${'[1, 2], '.repeat(50_000)}];`)).toBeUndefined();
  expect(tooDeepAt(`const font = "${Buffer.alloc(600_000, 'seaworthy!').toString('base64')}";`)).toBeUndefined();
  expect(tooDeepAt('a.b(c);\n'.repeat(100_000))).toBeUndefined();
});

test('a Dockerfile gives its instructions with stage and place', () => {
  const text = [
    '# syntax=docker/dockerfile:1',
    'ARG VERSION=24',
    'FROM node:${VERSION} AS build',
    'RUN npm ci && \\',
    '    # a comment in between',
    '    npm run build',
    'from node:24',
    '  USER node',
    'HEALTHCHECK --interval=5s CMD curl localhost',
    'COPY <<EOT /app/x',
    'hello',
    'EOT',
    'CMD ["node", "."]',
    'ENTRYPOINT',
  ].join('\n');
  expect(parseDocker(text)).toEqual({
    stages: 2,
    instructions: [
      {
        keyword: 'ARG',
        arguments: 'VERSION=24',
        position: { line: 2, column: 1 },
        end: { line: 2, column: 15 },
        stage: 0,
      },
      {
        keyword: 'FROM',
        arguments: 'node:${VERSION} AS build',
        position: { line: 3, column: 1 },
        end: { line: 3, column: 30 },
        stage: 0,
      },
      {
        keyword: 'RUN',
        arguments: 'npm ci && npm run build',
        position: { line: 4, column: 1 },
        end: { line: 6, column: 18 },
        stage: 0,
      },
      {
        keyword: 'FROM',
        arguments: 'node:24',
        position: { line: 7, column: 1 },
        end: { line: 7, column: 13 },
        stage: 1,
      },
      { keyword: 'USER', arguments: 'node', position: { line: 8, column: 3 }, end: { line: 8, column: 12 }, stage: 1 },
      {
        keyword: 'HEALTHCHECK',
        arguments: '--interval=5s CMD curl localhost',
        position: { line: 9, column: 1 },
        end: { line: 9, column: 45 },
        stage: 1,
      },
      {
        keyword: 'COPY',
        arguments: '<<EOT /app/x\nhello\nEOT',
        position: { line: 10, column: 1 },
        end: { line: 12, column: 4 },
        stage: 1,
      },
      {
        keyword: 'CMD',
        arguments: '["node", "."]',
        position: { line: 13, column: 1 },
        end: { line: 13, column: 18 },
        stage: 1,
      },
      {
        keyword: 'ENTRYPOINT',
        arguments: '',
        position: { line: 14, column: 1 },
        end: { line: 14, column: 11 },
        stage: 1,
      },
    ],
  });
});

test('what a YAML parser quotes of the text does not become a reason', () => {
  const secret = 'hunter2hunter2';
  for (const text of [
    `password: |${secret}\n`,
    `password: *${secret}\n`,
    `password: "a" ${secret}\n`,
    `}\n${secret}`,
  ]) {
    const parsed = parseYaml(text);
    expect(parsed.ok ? 'parsed' : parsed.reason).not.toMatch(/hunter2|parsed/);
  }
});

const aliases: readonly (readonly [text: string, ok: boolean])[] = [
  ['a: &a 1\nb: *a\n', true],
  ['a: 2 * 3\n', true],
  ['b: *a\n', false],
  [
    `a: &a [1]\n${'bcdefgh'.replaceAll(/./g, (name, at: number) => `${name}: &${name} [${`*${'abcdefg'[at]},`.repeat(9)}]\n`)}`,
    false,
  ],
];

for (const [text, ok] of aliases) {
  test(`${JSON.stringify(text.slice(0, 40))} ${ok ? 'can' : 'cannot'} be read as YAML`, () => {
    expect(parseYaml(text).ok).toBe(ok);
  });
}

test('an empty Dockerfile has no stage', () => {
  expect(parseDocker('')).toEqual({ stages: 0, instructions: [] });
});

test('a YAML stream gives all its documents', () => {
  const parsed = parseYaml('a: 1\n---\nb: !Ref x\n');
  expect(parsed.ok && parsed.value.documents.map((document) => document.toJS())).toEqual([{ a: 1 }, { b: 'x' }]);
  expect(parsed.ok && parsed.value.lines.linePos(9)).toEqual({ line: 3, col: 1 });
});

test('an empty YAML file has no document', () => {
  const parsed = parseYaml('');
  expect(parsed.ok && parsed.value.documents).toEqual([]);
});

test('YAML that does not parse says where', () => {
  expect(parseYaml('a: 1\nb: [1, 2\nc: 3\n')).toMatchObject({ ok: false });
  expect(parseYaml('a: 1\n\tb: 2\n')).toMatchObject({ ok: false, offset: 5 });
});

test('YAML that nests for ever is refused, not a crash', () => {
  expect(parseYaml('['.repeat(100_000))).toMatchObject({ ok: false });
});
