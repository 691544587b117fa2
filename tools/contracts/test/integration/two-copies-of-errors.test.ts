import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../../../bundle/bundle.ts';
import { run } from '../../../process/run.ts';
import { root } from '../../../repository/root.ts';

// The index and `/define` are built as two files that each have all they need: a process that loads both has two copies of
// what makes an error. Each must take the errors of the other for its own.
const folder = mkdtempSync(join(tmpdir(), 'seaworthy-copies-'));
const installed = join(folder, 'node_modules/@seaworthy/errors');

beforeAll(async () => {
  mkdirSync(installed, { recursive: true });
  for (const name of ['package.json', 'src']) {
    cpSync(join(root, 'packages/errors', name), join(installed, name), { recursive: true });
  }
  writeFileSync(join(installed, 'tsconfig.build.json'), '{ "compilerOptions": { "target": "es2023" } }');
  const problems = await bundle(installed);
  if (problems.length > 0) throw new Error(problems.join('\n'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const imports: Readonly<Record<string, string>> = {
  mjs: `import * as index from '@seaworthy/errors';\nimport * as define from '@seaworthy/errors/define';\n`,
  cjs: `const index = require('@seaworthy/errors');\nconst define = require('@seaworthy/errors/define');\n`,
};

/** What a program prints as JSON that has the index, the other entry, and an error class of each under one code. */
async function answer(kind: string, code: string): Promise<unknown> {
  const program = `${imports[kind]}
const definitions = {
  QUOTA: { message: 'Quota of {limit} exceeded', httpStatus: 429, exitCode: 75 },
  DECLINED: { message: 'Card {card} was declined', sensitive: ['card'], stack: false },
};
const ofIndex = index.defineErrors('copies', definitions);
const ofDefine = define.defineErrors('copies', definitions);
const lazily = define.defineLazily('copies', definitions);
${code}`;
  const file = join(folder, `ask.${kind}`);
  writeFileSync(file, program);
  const { stdout, output } = await run(process.execPath, [file], { cwd: folder });
  return stdout === '' ? output : JSON.parse(stdout);
}

test('each entry is one file without imports of the other', () => {
  const dist = join(installed, 'dist');
  expect(readdirSync(dist).filter((file) => file.endsWith('.js'))).toEqual([
    'bin.js',
    'define.js',
    'index.js',
    'stability.js',
    'webhook.js',
  ]);
  for (const file of ['index.js', 'define.js', 'stability.js', 'webhook.js']) {
    expect(readFileSync(join(dist, file), 'utf8')).not.toMatch(/^import /m);
  }
});

test('the entries are ASCII: one other character costs an import 0.3 ms', () => {
  for (const file of ['index.js', 'define.js']) {
    // oxlint-disable-next-line no-control-regex -- all of ASCII
    expect(readFileSync(join(installed, 'dist', file), 'latin1').match(/[^\x00-\x7F].*/g) ?? []).toEqual([]);
  }
});

describe.each(['mjs', 'cjs'])('two copies of what makes errors, in a program of %s', (kind) => {
  test('are two copies', async () => {
    expect(await answer(kind, `console.log(index.defineErrors === define.defineErrors)`)).toBe(false);
  });

  test('recognise the errors of the other', async () => {
    const code = `const theirs = new ofDefine.QUOTA({ limit: 3 });
const ours = new ofIndex.QUOTA({ limit: 3 });
console.log(JSON.stringify([
  ofIndex.QUOTA.is(theirs), ofDefine.QUOTA.is(ours), lazily.QUOTA.is(ours), ofIndex.QUOTA.is(new lazily.QUOTA({ limit: 1 })),
  index.isSeaworthyError(theirs), define.isSeaworthyError(ours), ofIndex.DECLINED.is(theirs), theirs instanceof ofIndex.QUOTA,
]));`;
    expect(await answer(kind, code)).toEqual([true, true, true, true, true, true, false, false]);
  });

  test('collect the errors of the other', async () => {
    const code = `const found = index.collect(ofDefine, { source: 'card: 4242' });
found.add('DECLINED', { card: '4242424242424242' }, { file: 'a.yaml', line: 1, column: 1 });
found.add('QUOTA', { limit: 3 }, { file: 'a.yaml', line: 2, column: 1 });
const caught = index.attempt(() => found.throwIfAny());
console.log(JSON.stringify([index.ErrorsErrors.COLLECTED.is(caught.error), index.toCompact(found.problems)]));`;
    expect(await answer(kind, code)).toEqual([
      true,
      [
        'a.yaml:1:1: error: Card [redacted] was declined [copies.DECLINED]',
        'a.yaml:2:1: error: Quota of 3 exceeded [copies.QUOTA]',
      ].join('\n'),
    ]);
  });

  test('serialise, revive, match, describe and merge the errors of the other', async () => {
    const code = `const theirs = new ofDefine.DECLINED({ card: '4242424242424242' }, { cause: new ofIndex.QUOTA({ limit: 3 }) });
const revived = index.fromJSON(JSON.parse(JSON.stringify(theirs)), ofDefine);
console.log(JSON.stringify([
  JSON.parse(JSON.stringify(theirs)).params,
  index.toJSON(theirs).cause.code,
  [revived instanceof ofDefine.DECLINED, ofIndex.DECLINED.is(revived), ofDefine.QUOTA.is(revived.cause)],
  index.matchError(theirs, ofIndex, { DECLINED: () => 'declined', QUOTA: () => 'quota' }),
  [index.exitCode(theirs.cause), index.toProblemDetails(theirs.cause).status],
  index.toTerminal(theirs).includes('4242'),
  Object.keys(index.catalogue(ofDefine)),
  index.attempt(() => index.catalogue(ofDefine, ofIndex)).error.code,
]));`;
    expect(await answer(kind, code)).toEqual([
      { card: '[redacted]' },
      'copies.QUOTA',
      [true, true, true],
      'declined',
      [75, 429],
      false,
      ['copies.QUOTA', 'copies.DECLINED'],
      'seaworthy.errors.DUPLICATE_CODE',
    ]);
  });

  test('refuse a definition with an error that the other recognises', async () => {
    const code = `let refused;
try { define.defineErrors('copies', { bad: { message: 'x' } }) } catch (error) { refused = error }
console.log(index.ErrorsErrors.BAD_DEFINITION.is(refused));`;
    expect(await answer(kind, code)).toBe(true);
  });
});
