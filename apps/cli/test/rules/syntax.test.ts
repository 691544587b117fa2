import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Node, ProjectFile } from '../../src/rules/contract.ts';
import { baseImages, commandOf, runningImage } from '../../src/rules/syntax/docker.ts';
import { literalOf, memberOf, nameOf, operandsOf, textOf } from '../../src/rules/syntax/expressions.ts';
import { runsAtImport } from '../../src/rules/syntax/functions.ts';
import { isCleanup } from '../../src/rules/syntax/cleanup.ts';
import { isLogCall, loggedValues } from '../../src/rules/syntax/logging.ts';
import { hasComment, hasCommentBeside, serverScripts } from '../../src/rules/syntax/scripts.ts';
import { entropyOf, isSecretName, isStandIn, looksSecret } from '../../src/rules/syntax/secrets.ts';
import { asList, asMapping, asText, pick } from '../../src/rules/syntax/values.ts';
import { contains, within } from '../../src/rules/syntax/walk.ts';
import { openProject } from '../support/project.ts';

async function open(path: string, text: string): Promise<ProjectFile> {
  const { view } = await openProject({ [path]: text });
  const file = view.file(path);
  if (!file) throw new TypeError(`Expected ${path} to open.`);
  return file;
}

/** The expression of the first statement. */
async function parse(text: string): Promise<Node> {
  const [statement] = (await open('a.ts', text)).script().program.body;
  if (statement?.type !== 'ExpressionStatement') throw new TypeError(`Expected an expression, got ${text}.`);
  return statement.expression;
}

const names = [
  { code: 'a', name: 'a' },
  { code: 'process.env.PORT', name: 'process.env.PORT' },
  { code: "process.env['PORT']", name: 'process.env.PORT' },
  { code: 'this.server.listen', name: 'this.server.listen' },
  { code: '(a as B).c!.d', name: 'a.c.d' },
  { code: 'a?.b?.c', name: 'a.b.c' },
  { code: 'a().b', name: undefined },
  { code: 'a[b].c', name: undefined },
  { code: '"a"', name: undefined },
];

test.for(names)('the name of $code is $name', async ({ code, name }) => {
  expect(nameOf(await parse(code))).toBe(name);
});

test('a chain of ten thousand names has a name', async () => {
  const chain = ['a', ...Array.from({ length: 9_999 }, () => 'b')].join('.');
  expect(nameOf(await parse(chain))).toBe(chain);
});

test('only texts and templates without expressions have a text', async () => {
  expect(await Promise.all(['("a")', '`b`', '`c${d}`', '1'].map(async (code) => textOf(await parse(code))))).toEqual([
    'a',
    'b',
    undefined,
    undefined,
  ]);
});

test('a literal value is plain data', async () => {
  const codes = ['0', 'true', 'null', '("a")', '/a/', 'a'];
  expect(await Promise.all(codes.map(async (code) => literalOf(await parse(code))))).toEqual([
    0,
    true,
    null,
    'a',
    undefined,
    undefined,
  ]);
});

test('a sum of ten thousand texts has ten thousand operands', async () => {
  const operands = operandsOf(await parse(Array.from({ length: 10_000 }, (_, index) => `"${index}"`).join(' + ')));
  expect(operands.map(textOf)).toEqual(Array.from({ length: 10_000 }, (_, index) => String(index)));
});

test('a member is found by its name, quoted or not, and not by a computed one', async () => {
  const object = await parse('({ a: 1, "b-c": 2, [d]: 3 })');
  const bare = object.type === 'ParenthesizedExpression' ? object.expression : object;
  if (bare.type !== 'ObjectExpression') throw new TypeError('Expected an object.');
  expect(['a', 'b-c', 'd'].map((key) => literalOf(memberOf(bare, key)))).toEqual([1, 2, undefined]);
});

test('everything below a node is visited once, in source order', async () => {
  const found = [...within(await parse('f(a, [b, , c], { d: e })'))];
  expect(found.flatMap((node) => (node.type === 'Identifier' ? [node.name] : []))).toEqual([
    'f',
    'a',
    'b',
    'c',
    'd',
    'e',
  ]);
  expect(new Set(found).size).toBe(found.length);
  expect(contains(found[0]!, ({ type }) => type === 'AwaitExpression')).toBe(false);
});

test('code in functions and fields of classes does not run at import', async () => {
  const file = await open('a.js', 'f(1);\nfunction g() { f(2); }\nclass A { b = f(3); static { f(4); } }\n');
  const atImport: unknown[] = [];
  file.script().visit({
    CallExpression(call, ancestors) {
      if (runsAtImport(ancestors)) atImport.push(literalOf(call.arguments[0]));
    },
  });
  expect(atImport).toEqual([1, 4]);
});

test('log calls are told from calls of other things', async () => {
  const codes = [
    'console.log()',
    'request.log.info()',
    'this.logger.warn()',
    'auditLog.error()',
    'Math.log()',
    'catalog.info()',
    'log()',
  ];
  const calls = await Promise.all(codes.map(parse));
  expect(calls.map((call) => call.type === 'CallExpression' && isLogCall(call))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('what a log call writes is found in fields, templates and sums', async () => {
  const call = await parse('log.info({ a, b: c.d, ...e }, `f ${g}`, "h" + i, j())');
  if (call.type !== 'CallExpression') throw new TypeError('Expected a call.');
  const values = loggedValues(call).map(({ node, field }) => [nameOf(node) ?? node.type, field]);
  expect(values).toEqual([
    ['a', 'a'],
    ['c.d', 'b'],
    ['e', undefined],
    ['g', undefined],
    ['Literal', undefined],
    ['i', undefined],
    ['CallExpression', undefined],
  ]);
});

test('comments are found inside a block and just above it', async () => {
  const file = await open('a.js', '// above\nf();\n\ng(/* inside */);\n\nh();\n');
  const spans = file.script().program.body.map(({ start, end }) => ({ start, end }));
  expect(spans.map((span) => hasComment(file, span))).toEqual([false, true, false]);
  expect(spans.map((span) => hasCommentBeside(file, span))).toEqual([true, true, false]);
});

test('tests, browser code, settings of tools and minified files are no server scripts', async () => {
  const { view } = await openProject({
    'src/server.js': 'f();\n',
    'src/server.test.js': 'f();\n',
    'test.js': 'f();\n',
    'public/app.js': 'f();\n',
    'src/page.tsx': 'f();\n',
    '.mocharc.cjs': 'f();\n',
    'src/vendor.min.js': 'f();\n',
    'src/vendor.js': `${'f();'.repeat(200)}\n`,
  });
  expect(serverScripts(view).map(({ path }) => path)).toEqual(['src/server.js']);
});

const commands = [
  { text: '["node", "main.js"]', words: ['node', 'main.js'], isShell: false },
  { text: 'node main.js', words: ['node', 'main.js'], isShell: true },
  { text: '["node", ', words: ['["node",'], isShell: true },
  { text: '', words: [''], isShell: true },
];

test.for(commands)('the command $text has the words $words', async ({ text, words, isShell }) => {
  const position = { line: 1, column: 1 };
  const instruction = { keyword: 'CMD', arguments: text, position, end: position, stage: 0 };
  expect(commandOf(instruction)).toEqual({ words, isShell });
});

test('base images have their arguments filled in, and know the stages of the file', async () => {
  const file = await open(
    'Dockerfile',
    'ARG TAG=24\nFROM --platform=linux/amd64 node:${TAG}-slim AS Base\nFROM base\nFROM node:${OTHER:-22}\nFROM $UNKNOWN\nUSER node\n',
  );
  expect(baseImages(file).map(({ image, isStage }) => [image, isStage])).toEqual([
    ['node:24-slim', false],
    ['base', true],
    ['node:22', false],
    ['$UNKNOWN', false],
  ]);
  expect(runningImage(file).instructions.map(({ keyword }) => keyword)).toEqual(['FROM', 'USER']);
});

test('the running image is followed through its stages, past those for development and tests', async () => {
  const text =
    'FROM node:24 AS base\nUSER node\nFROM scratch AS build\nFROM base AS app\nCMD ["node"]\nFROM app AS Dev\nUSER root\n';
  const { base, stages, instructions } = runningImage(await open('Dockerfile', text));
  expect({ base, stages }).toEqual({ base: 'node:24', stages: [0, 2] });
  expect(instructions.map(({ keyword }) => keyword)).toEqual(['FROM', 'USER', 'FROM', 'CMD']);
});

test('a file without a stage, and a stage that stands on itself, have an end', async () => {
  expect(runningImage(await open('Dockerfile', 'CMD ["node"]\n'))).toEqual({ base: '', stages: [], instructions: [] });
  expect(runningImage(await open('Dockerfile', 'FROM a AS a\nFROM a AS a\n')).stages).toEqual([0, 1]);
});

test('names of secrets and values that stand for one are told', () => {
  expect(['DB_PASSWORD', 'apiKey', 'accessToken', 'keyboard', 'tokenCount', 'passwordField'].map(isSecretName)).toEqual(
    [true, true, true, false, false, false],
  );
  expect(['', '${X}', 'changeme', '<key>', 'postgres', 'k7-orders-9f2c41d8'].map(isStandIn)).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
  ]);
  expect(
    ['k7-orders-9f2c41d8', 'two words 1', '/etc/secret1', 'https://a1.internal', 'aaaaaaa1', 'onlyletters'].map(
      looksSecret,
    ),
  ).toEqual([true, false, false, false, false, false]);
});

test('entropy is between nothing and the logarithm of the length', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 64 }), (text) => {
      const entropy = entropyOf(text);
      expect(entropy).toBeGreaterThanOrEqual(-1e-9);
      expect(entropy).toBeLessThanOrEqual(Math.log2(text.length) + 1e-9);
    }),
  );
});

test('any value is read as a mapping, a list or a text', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(Array.isArray(asList(value))).toBe(true);
      expect(Array.isArray(asMapping(value))).toBe(false);
      expect(typeof asText(value)).toBe('string');
      expect(() => pick(value, 'a', 'b')).not.toThrow();
    }),
  );
});

test('tidying up is told from work', () => {
  expect(['close', 'unlinkSync', 'clearTimeout', 'charge', 'send', undefined].map(isCleanup)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
