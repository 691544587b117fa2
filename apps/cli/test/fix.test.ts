// Over 300 lines: most of them are tables of what may be mended, and what may not.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  globSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createResilience } from '@seaworthy/resilience';
import { expect, onTestFinished, test } from 'vitest';
import { audit as lookAt, type Audited } from '../src/engine/audit.ts';
import { createDeadline } from '../src/engine/deadline.ts';
import { unifiedDiff } from '../src/fix/diff.ts';
import { planFile, writeFixed } from '../src/fix/file.ts';
import type { Fix } from '../src/fix/fixes.ts';
import { applyEdits, mergeFixes } from '../src/fix/merge.ts';
import { planProject, writeProject as writePlanned } from '../src/fix/project.ts';
import { audit, type AuditFlags } from '../src/handlers/audit.ts';
import type { Edit, Rule } from '../src/rules/contract.ts';
import { debuggerStatement } from '../src/rules/debugger-statement/rule.ts';
import { focusedTest } from '../src/rules/focused-test/rule.ts';
import { packs } from '../src/rules/packs.ts';
import { loadPacks } from '../src/engine/packs.ts';
import { shellFormStart } from '../src/rules/shell-form-start/rule.ts';
import { fakeIo, type FakeIo } from './support/io.ts';
import { writeProject, type Files } from './support/project.ts';
import { callRule, makePack, makeRule } from './support/rules.ts';

async function look(root: string, rules: readonly Rule[]): Promise<Audited> {
  const resilience = createResilience();
  onTestFinished(() => resilience.close());
  const selection = { settings: {}, isOn: () => true };
  return lookAt({ root, directory: '.', rules, selection, withDeadline: createDeadline(resilience, 10_000) });
}

/** What `--fix` makes of one file. */
async function mended(rule: Rule, path: string, text: string): Promise<string> {
  const root = writeProject({ [path]: text });
  const { fixes } = await look(root, [rule]);
  await writePlanned(root, await planProject(root, fixes));
  return readFileSync(join(root, path), 'utf8');
}

async function run(
  root: string,
  flags: AuditFlags,
  rules: readonly Rule[],
): Promise<FakeIo & { readonly code: number }> {
  const io = fakeIo({ cwd: root });
  const code = await audit(flags, undefined, io, [makePack(...rules)]);
  return { ...io, code };
}

// Put together: these words must not stand in a test.
const only = ['on', 'ly'].join('');
const fit = ['f', 'it'].join('');

const cases: readonly (readonly [name: string, rule: Rule, path: string, before: string, after: string])[] = [
  ['a debugger statement goes with its line', debuggerStatement, 'a.js', 'f();\n  debugger;\ng();\n', 'f();\ng();\n'],
  ['one beside other code leaves that code', debuggerStatement, 'a.js', 'f(); debugger; g();\n', 'f();  g();\n'],
  ['one in the body of an `if` stays', debuggerStatement, 'a.js', 'if (x) debugger;\n', 'if (x) debugger;\n'],
  [
    'one that keeps two lines apart stays',
    debuggerStatement,
    'a.js',
    'a = b\ndebugger;\n(c)()\n',
    'a = b\ndebugger;\n(c)()\n',
  ],
  ['one before a name goes', debuggerStatement, 'a.js', 'a = b\ndebugger\nc()\n', 'a = b\nc()\n'],
  [
    'one in a switch goes',
    debuggerStatement,
    'a.js',
    'switch (a) {\n  case 1:\n    debugger;\n}\n',
    'switch (a) {\n  case 1:\n}\n',
  ],
  ['line ends stay what they are', debuggerStatement, 'a.js', 'f();\r\ndebugger;\r\ng();\r\n', 'f();\r\ng();\r\n'],
  ['.only goes', focusedTest, 'a.test.js', `it.${only}('x', f);\n`, "it('x', f);\n"],
  [
    '.only goes from a chain',
    focusedTest,
    'a.test.js',
    `describe.concurrent.${only}('x', f);\n`,
    "describe.concurrent('x', f);\n",
  ],
  ['fit stays: it may come from anywhere', focusedTest, 'a.test.js', `${fit}('x', f);\n`, `${fit}('x', f);\n`],
  ['a computed .only stays', focusedTest, 'a.test.js', `it['${only}']('x', f);\n`, `it['${only}']('x', f);\n`],
  [
    'a command of plain words becomes a list',
    shellFormStart,
    'Dockerfile',
    'FROM node:24\nCMD  node --max-old-space-size=512 src/main.js\n',
    'FROM node:24\nCMD  ["node", "--max-old-space-size=512", "src/main.js"]\n',
  ],
  ...[
    'node $FILE',
    'node a.js && node b.js',
    'cd app',
    'A=1 node a.js',
    "node 'a b.js'",
    'node a.js | cat',
    'node \\\n  a.js',
  ].map((command) => {
    const text = `FROM node:24\nCMD ${command}\n`;
    return [
      `\`${command.replace('\n', '↵')}\` needs a shell and stays`,
      shellFormStart,
      'Dockerfile',
      text,
      text,
    ] as const;
  }),
  ...[
    'FROM node:24\nSHELL ["/bin/bash", "-c"]\nCMD node a.js\n',
    'FROM node:24\nENTRYPOINT node a.js\n',
    'FROM windows/servercore:1\nCMD node a.js\n',
  ].map(
    (text, index) =>
      [`a start that the list would change stays (${index + 1})`, shellFormStart, 'Dockerfile', text, text] as const,
  ),
];

for (const [name, rule, path, before, after] of cases) {
  test(name, async () => expect(await mended(rule, path, before)).toBe(after));
}

const unused = '// seaworthy-ignore-next-line SEA-R901: it is known';

test('a suppression that holds nothing back goes, and one that does stays', async () => {
  const root = writeProject({ 'a.js': `${unused}\nfine();\n${unused}\ndanger();\n` });
  await run(root, { fix: true }, [callRule('SEA-R901', 'danger')]);
  expect(readFileSync(join(root, 'a.js'), 'utf8')).toBe(`fine();\n${unused}\ndanger();\n`);
});

test('a suppression of several rules goes only when none of them needs it', async () => {
  const both = '// seaworthy-ignore-next-line SEA-R901, SEA-R902: it is known';
  const root = writeProject({ 'a.js': `${both}\ndanger();\n${both}\nfine();\n` });
  await run(root, { fix: true }, [callRule('SEA-R901', 'danger'), callRule('SEA-R902', 'other')]);
  expect(readFileSync(join(root, 'a.js'), 'utf8')).toBe(`${both}\ndanger();\nfine();\n`);
});

test('every fixture of every rule still parses when it is mended, has no new finding, and nothing is left to mend', async () => {
  await using loaded = await loadPacks(packs);
  const rules = loaded.rules.map(({ rule }) => rule);
  const base = fileURLToPath(new URL('../src/rules', import.meta.url));
  let fixed = 0;
  for (const name of globSync('*/fixtures/*/', { cwd: base })) {
    const before = await look(join(base, name), rules);
    if (before.fixes.length === 0) continue;
    const files = Object.fromEntries(
      globSync('**/*', { cwd: join(base, name), withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name: file }) => join(parentPath, file))
        .map((path) => [path.slice(join(base, name).length + 1), readFileSync(path)]),
    );
    const root = writeProject(files);
    fixed += (await writePlanned(root, await planProject(root, before.fixes))).written.length;
    const after = await look(root, rules);
    const saying = ({ report }: Audited): readonly string[] =>
      report.findings.map(({ rule, file }) => `${rule} ${file}`);
    expect(saying(before)).toEqual(expect.arrayContaining([...saying(after)]));
    expect([after.report.problems, after.fixes]).toEqual([before.report.problems, []]);
  }
  expect(fixed).toBeGreaterThanOrEqual(4);
});

const replace = (start: number, replaces: string, text: string): Edit => ({
  start,
  end: start + replaces.length,
  replaces,
  text,
});

function fix(rule: string, ...edits: readonly [Edit, ...Edit[]]): Fix {
  return { rule, title: 'x', file: 'a.js', line: 1, edits };
}

const merges: readonly (readonly [name: string, fixes: readonly Fix[], text: string, refused: readonly string[]])[] = [
  ['fixes apart are both made', [fix('B', replace(4, 'two', '2')), fix('A', replace(0, 'one', '1'))], '1 2', []],
  [
    'of two that overlap the first is made',
    [fix('A', replace(0, 'one', '1')), fix('B', replace(2, 'e t', '-'))],
    '1 two',
    ['B overlap'],
  ],
  ['two that meet are both made', [fix('A', replace(0, 'one', '1')), fix('B', replace(3, ' two', '!'))], '1!', []],
  [
    'two insertions at one place overlap',
    [fix('A', replace(3, '', 'a')), fix('B', replace(3, '', 'b'))],
    'onea two',
    ['B overlap'],
  ],
  [
    'a fix is made as a whole or not at all',
    [fix('A', replace(0, 'one', '1')), fix('B', replace(1, 'n', 'm'), replace(4, 'two', '2'))],
    '1 two',
    ['B overlap'],
  ],
  ['a fix of another text is refused', [fix('A', replace(0, 'two', '2'))], 'one two', ['A changed']],
  [
    'edits of one fix may not overlap',
    [fix('A', replace(0, 'one', '1'), replace(0, 'on', '1'))],
    'one two',
    ['A overlap'],
  ],
];

for (const [name, fixes, text, refused] of merges) {
  test(name, () => {
    const merged = mergeFixes('one two', fixes);
    expect(applyEdits('one two', merged.edits)).toBe(text);
    expect(merged.refused.map((each) => `${each.fix.rule} ${each.reason}`)).toEqual(refused);
  });
}

/** Replaces a word by another wherever it is called. */
function renaming(id: string, from: string, to: string): Rule {
  return makeRule({
    id,
    check: (project) =>
      project.files('script').flatMap((file) => {
        const start = file.text.indexOf(from);
        return start === -1
          ? []
          : [
              {
                file: file.path,
                position: file.position(start),
                message: `${from} is there.`,
                edits: [replace(start, from, to)],
              },
            ];
      }),
  });
}

test('what one fix makes room for is mended in the next round', async () => {
  const root = writeProject({ 'a.js': 'one();\n' });
  const { code, err } = await run(root, { fix: true }, [
    renaming('SEA-R901', 'one', 'two'),
    renaming('SEA-R902', 'two', 'three'),
  ]);
  expect(readFileSync(join(root, 'a.js'), 'utf8')).toBe('three();\n');
  expect([code, err()]).toEqual([
    0,
    'mended  a.js:1  SEA-R901  something to look at\nmended  a.js:1  SEA-R902  something to look at\n2 findings mended in 1 file.\n',
  ]);
});

test('two fixes that undo each other come to an end, and it is told', async () => {
  const root = writeProject({ 'a.js': 'one();\n' });
  const { code, err } = await run(root, { fix: true }, [
    renaming('SEA-R901', 'one', 'two'),
    renaming('SEA-R902', 'two', 'one'),
  ]);
  expect(code).toBe(1);
  expect(err()).toContain('After 10 rounds there was still something to mend: two fixes undo each other.');
});

test('a file that would not parse any more is left as it is, and it is told', async () => {
  const root = writeProject({ 'a.js': 'one();\n', 'b.js': 'one();\n' });
  const breaking = renaming('SEA-R901', 'one', 'let =');
  const { code, err } = await run(root, { fix: true }, [breaking]);
  expect([code, readFileSync(join(root, 'a.js'), 'utf8')]).toEqual([1, 'one();\n']);
  expect(err()).toContain('not mended  a.js:1  SEA-R901  the file would not parse any more\n');
});

test('a mark, line ends and the mode of a file stay, and nothing is left beside it', async () => {
  const root = writeProject({ 'a.js': '\uFEFF// ü\r\none();\r\n' });
  chmodSync(join(root, 'a.js'), 0o775);
  await run(root, { fix: true }, [renaming('SEA-R901', 'one', 'two')]);
  expect(readFileSync(join(root, 'a.js'), 'utf8')).toBe('\uFEFF// ü\r\ntwo();\r\n');
  expect([statSync(join(root, 'a.js')).mode & 0o777, readdirSync(root)]).toEqual([0o775, ['a.js']]);
});

test('a link is neither followed nor replaced, nor is a file behind one', async () => {
  const outside = writeProject({ 'x.js': 'one();\n' });
  const root = writeProject({ 'real/x.js': 'one();\n' });
  symlinkSync(join(outside, 'x.js'), join(root, 'a.js'));
  symlinkSync(outside, join(root, 'dir'));
  const rename = (file: string): Fix => ({ ...fix('SEA-R901', replace(0, 'one', 'two')), file });
  const planned = await planProject(root, [rename('a.js'), rename('dir/x.js'), rename('../x.js'), rename('real/x.js')]);
  expect(planned.map(({ path, refused }) => [path, refused.map(({ reason }) => reason)])).toEqual([
    ['a.js', ['not-ours']],
    ['dir/x.js', ['not-ours']],
    ['../x.js', ['not-ours']],
    ['real/x.js', []],
  ]);
  await writePlanned(root, planned);
  expect([readFileSync(join(outside, 'x.js'), 'utf8'), lstatSync(join(root, 'a.js')).isSymbolicLink()]).toEqual([
    'one();\n',
    true,
  ]);
});

test('what somebody saves between plan and writing is not lost', async () => {
  const root = writeProject({ 'a.js': 'one();\n' });
  const planned = await planFile(root, 'a.js', [fix('A', replace(0, 'one', 'two'))]);
  writeFileSync(join(root, 'a.js'), 'saved();\n');
  expect(await writeFixed(root, planned)).toBe(false);
  expect([readFileSync(join(root, 'a.js'), 'utf8'), readdirSync(root)]).toEqual(['saved();\n', ['a.js']]);
});

test('a fix of a file that somebody saved meanwhile does not count as made', async () => {
  const root = writeProject({ 'a.js': 'one();\n', 'b.js': 'one();\n' });
  const planned = await planProject(
    root,
    ['a.js', 'b.js'].map((file) => ({ ...fix('SEA-R901', replace(0, 'one', 'two')), file })),
  );
  writeFileSync(join(root, 'a.js'), 'saved();\n');
  const { written, overtaken } = await writePlanned(root, planned);
  expect([written, overtaken].map((files) => files.map(({ path }) => path))).toEqual([['b.js'], ['a.js']]);
});

/** Finds the call under another name of the same file: whoever mends the file first overtakes the other. */
function renamingElsewhere(id: string, from: string, to: string): Rule {
  const rule = renaming(id, from, to);
  return {
    ...rule,
    check: async (view, signal) =>
      (await rule.check(view, signal)).map((each) => ({ ...each, file: `./${each.file}` })),
  };
}

test('a fix that was overtaken is made, and counted, in the next round', async () => {
  const root = writeProject({ 'a.js': 'one();\ntwo();\n' });
  const rules = [renaming('SEA-R901', 'one', 'uno'), renamingElsewhere('SEA-R902', 'two', 'due')];
  const { code, err } = await run(root, { fix: true }, rules);
  expect(readFileSync(join(root, 'a.js'), 'utf8')).toBe('uno();\ndue();\n');
  expect(err().match(/^mended /gm)).toHaveLength(2);
  expect([code, err()]).toEqual([0, expect.stringContaining('2 findings mended in')]);
});

test('a fix that is overtaken in every round is named, and does not count', async () => {
  const root = writeProject({ 'a.js': 'one();\nthree();\n' });
  const { err } = await run(root, { fix: true }, [
    renaming('SEA-R901', 'one', 'two'),
    renaming('SEA-R902', 'two', 'one'),
    renamingElsewhere('SEA-R903', 'three', 'four'),
  ]);
  expect(readFileSync(join(root, 'a.js'), 'utf8')).toBe('one();\nthree();\n');
  expect(err()).toContain('not mended  ./a.js:2  SEA-R903  the file has changed meanwhile\n');
  expect(err()).not.toMatch(/^mended .*SEA-R903/m);
});

test('an interrupted fix ends with the reason of the signal, before the next file', async () => {
  const root = writeProject({ 'a.js': 'one();\n' });
  const planned = await planProject(root, [fix('A', replace(0, 'one', 'two'))]);
  const signal = AbortSignal.abort(new DOMException('stop', 'AbortError'));
  await expect(writePlanned(root, planned, signal)).rejects.toThrow('stop');
  expect([readFileSync(join(root, 'a.js'), 'utf8'), readdirSync(root)]).toEqual(['one();\n', ['a.js']]);
});

const texts: readonly (readonly [name: string, path: string, text: string])[] = [
  ['lines far apart', 'a.js', `one();\n${'x();\n'.repeat(20)}one();\nlast();\n`],
  ['lines beside each other', 'a.js', 'one();\none();\none();\n'],
  ['two on one line', 'a.js', 'one(); one();\n'],
  ['a last line without an end', 'a.js', 'x();\none();'],
  ['line ends of another system', 'a.js', 'x();\r\none();\r\ny();\r\n'],
  ['a name with blanks, quotes and letters', 'dir é/a "b".js', 'x();\none();\n'],
];

for (const [name, path, text] of texts) {
  test(`git applies the patch: ${name}`, () => {
    const root = writeProject({ [path]: text });
    const edits = [...text.matchAll(/one/g)].map(({ index }, nth) =>
      replace(index, 'one', ['two', '', '\n\n'][nth % 3]!),
    );
    const patch = unifiedDiff(path, text, edits);
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: root, input: patch });
    expect(readFileSync(join(root, path), 'utf8')).toBe(applyEdits(text, edits));
  });
}

test('--dry-run writes a patch and no file, and says with 1 that there is something', async () => {
  const files: Files = { 'a.js': 'f();\ndebugger;\n', 'b/c.js': 'debugger;\n' };
  const root = writeProject(files);
  const { code, out, err } = await run(root, { fix: true, dryRun: true }, [debuggerStatement]);
  expect([code, err()]).toEqual([1, '2 findings in 2 files can be mended; nothing was written.\n']);
  expect(readFileSync(join(root, 'a.js'), 'utf8')).toBe('f();\ndebugger;\n');
  execFileSync('git', ['apply', '-'], { cwd: root, input: out() });
  expect(readFileSync(join(root, 'a.js'), 'utf8')).toBe('f();\n');
  const again = await run(root, { fix: true, dryRun: true }, [debuggerStatement]);
  expect([again.code, again.out()]).toEqual([0, '']);
});

const wrong: readonly (readonly [flags: AuditFlags, code: string])[] = [
  [{ dryRun: true }, 'seaworthy.cli.NOTHING_TO_PREVIEW'],
  [{ fix: true, dryRun: true, writeBaseline: true }, 'seaworthy.cli.FLAGS_APART'],
  [{ watch: true, fix: true }, 'seaworthy.cli.FLAGS_APART'],
  [{ watch: true, writeBaseline: true }, 'seaworthy.cli.FLAGS_APART'],
  [{ watch: true, push: 'http://localhost:1' }, 'seaworthy.cli.FLAGS_APART'],
];

for (const [flags, code] of wrong) {
  test(`${JSON.stringify(flags)} is refused`, async () => {
    await expect(audit(flags, undefined, fakeIo({ cwd: writeProject({ 'a.js': '' }) }), [])).rejects.toMatchObject({
      code,
    });
  });
}

const flaws: readonly unknown[] = [
  [],
  'x',
  [{}],
  [replace(0, 'a', 'a')],
  [{ start: 0, end: 5, replaces: 'a', text: '' }],
  [{ ...replace(0, 'a', ''), start: -1 }],
];

for (const edits of flaws) {
  test(`a finding with the edits ${JSON.stringify(edits)} is refused`, async () => {
    const rule = makeRule({ id: 'SEA-R901', check: () => [{ file: 'a.js', message: 'x', edits }] as never });
    const { report } = await look(writeProject({ 'a.js': '' }), [rule]);
    expect([report.findings, report.problems.map(({ kind }) => kind)]).toEqual([[], ['rule-crashed']]);
  });
}
