import { existsSync, globSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CliErrors } from '../src/errors.ts';
import { audit, type AuditFlags } from '../src/handlers/audit.ts';
import { explain } from '../src/handlers/explain.ts';
import { push } from '../src/handlers/push.ts';
import { rules } from '../src/handlers/rules.ts';
import { packs as builtIn } from '../src/rules/packs.ts';
import { bytesOf, fakeIo, type FakeIo } from './support/io.ts';
import { writeProject, type Files } from './support/project.ts';
import { callRule, makePack, makeRule } from './support/rules.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const danger = callRule('SEA-R901', 'danger', { category: 'security' });
const packs = [makePack(danger)];
const project: Files = { 'package.json': '{ "name": "app" }', 'src/a.ts': 'danger();\n' };

interface Outcome {
  readonly code: number;
  readonly io: FakeIo;
  readonly cwd: string;
}

async function run(
  files: Files,
  flags: AuditFlags = {},
  directory?: string,
  parts: Partial<FakeIo> = {},
): Promise<Outcome> {
  const cwd = writeProject(files);
  const io = fakeIo({ cwd, ...parts });
  return { code: await audit(flags, directory, io, packs), io, cwd };
}

test('an audit prints the report on standard output and nothing on standard error', async () => {
  const { code, io } = await run(project);
  expect(code).toBe(1);
  expect(io.out()).toContain('error  SEA-R901  no call of danger\n  src/a.ts:1:1  danger is called.');
  expect(io.err()).toBe('');
});

test('people read paths from where they stand, the report does not depend on it', async () => {
  const files = { 'apps/api/src/a.ts': 'danger();\n', 'other.ts': 'danger();' };
  const { io } = await run(files, {}, 'apps/api');
  expect(io.out()).toContain('\n  apps/api/src/a.ts:1:1  danger is called.');
  const json = await run(files, { format: 'json' }, 'apps/api');
  expect(JSON.parse(json.io.out())).toMatchObject({ findings: [{ file: 'src/a.ts' }], stats: { files: 1 } });
});

test('the exit code follows --fail-on', async () => {
  expect((await run(project, { failOn: 'never' })).code).toBe(0);
  expect((await run({ 'a.ts': 'fine();' })).code).toBe(0);
});

test('--output writes the file, and says so on standard error', async () => {
  const { io, cwd, code } = await run(project, { format: 'json', output: 'report.json' });
  expect([code, io.out()]).toEqual([1, '']);
  expect(io.err()).toBe('1 error in 1 file. The report is in report.json.\n');
  expect(JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'))).toMatchObject({ schema: 'seaworthy.report' });
});

test('a report in a file is never coloured', async () => {
  const { cwd } = await run(project, { output: 'report.txt' }, '.', { paint: (_style, text) => `<${text}>` });
  expect(readFileSync(join(cwd, 'report.txt'), 'utf8')).not.toContain('<');
});

test('an output that cannot be written is an error, and nothing is left behind', async () => {
  await expect(run(project, { output: 'no/such/directory/r.json' })).rejects.toThrow(CliErrors.OUTPUT_UNWRITABLE);
});

const outside = [
  { what: 'a path that leads out', output: '../precious.txt', audited: 'repo' },
  { what: 'a path that begins elsewhere', output: join(repository, 'no-such-report.txt'), audited: 'repo' },
  { what: 'a file beside the directory that is audited', output: 'precious.txt', audited: 'repo' },
  { what: 'a link that leads out', output: 'repo/link.txt', audited: 'repo' },
  { what: 'a directory that a link leads out to', output: 'repo/folder/new.txt', audited: 'repo' },
  { what: 'a hook of the repository', output: 'repo/.git/hooks/pre-commit', audited: 'repo' },
];
for (const { what, output, audited } of outside) {
  test(`a project may not write its report into ${what}`, async () => {
    const cwd = writeProject({
      'precious.txt': 'precious',
      'elsewhere/kept.txt': 'precious',
      'repo/a.ts': 'danger();',
      'repo/.git/hooks/pre-commit': 'precious',
      'repo/seaworthy.config.json': JSON.stringify({ output }),
    });
    symlinkSync('../precious.txt', join(cwd, 'repo/link.txt'));
    symlinkSync('../elsewhere', join(cwd, 'repo/folder'));
    const io = fakeIo({ cwd });
    await expect(audit({}, audited, io, packs)).rejects.toThrow(CliErrors.OUTPUT_NOT_YOURS);
    const kept = ['precious.txt', 'elsewhere/kept.txt', 'repo/.git/hooks/pre-commit'];
    expect(kept.map((path) => readFileSync(join(cwd, path), 'utf8'))).toEqual(['precious', 'precious', 'precious']);
    expect([existsSync(join(cwd, 'elsewhere/new.txt')), existsSync(join(repository, 'no-such-report.txt'))]).toEqual([
      false,
      false,
    ]);
  });
}

test('a project may write its report into itself, and who runs the command anywhere', async () => {
  const config = { 'seaworthy.config.json': '{ "output": "reports.txt" }', 'a.ts': 'danger();' };
  expect(existsSync(join((await run(config)).cwd, 'reports.txt'))).toBe(true);
  const elsewhere = join(writeProject({}), 'mine.txt');
  await run(config, { output: elsewhere });
  expect(existsSync(elsewhere)).toBe(true);
});

test('ignore and rules of the config hold, and --ignore wins', async () => {
  const config = { ignore: ['gen/**'], rules: { 'SEA-R901': 'warning' } };
  const files = {
    ...project,
    'seaworthy.config.json': JSON.stringify(config),
    'gen/b.ts': 'danger();',
    'lib/c.ts': 'danger();',
  };
  const first = await run(files);
  expect([
    first.code,
    first.io.out().includes('1 error'),
    first.io.out().trimEnd().endsWith('2 warnings in 2 files.'),
  ]).toEqual([0, false, true]);
  const second = await run(files, { ignore: ['lib/', 'src/'] });
  expect(second.io.out()).toContain('gen/b.ts');
  expect(second.io.out()).not.toContain('lib/c.ts');
});

test('a glob of the config that covers the audited directory itself does not count', async () => {
  const config = JSON.stringify({ ignore: ['examples/**', '**/skip/**'] });
  const files = {
    'seaworthy.config.json': config,
    '.git/HEAD': '',
    'examples/a/x.ts': 'danger();',
    'examples/a/skip/y.ts': 'danger();',
  };
  const { io } = await run(files, { format: 'compact' }, 'examples/a');
  expect(io.out()).toBe('examples/a/x.ts:1:1: error SEA-R901 danger is called.\n');
  expect((await run({ ...files, 'z.ts': 'danger();' }, { format: 'compact' })).io.out()).toBe(
    'z.ts:1:1: error SEA-R901 danger is called.\n',
  );
});

test('a setting for a rule that is not there is an error, with the rule that was meant', async () => {
  const files = { ...project, 'seaworthy.config.json': '{ "rules": { "SEA-R9001": "off" } }' };
  await expect(run(files)).rejects.toThrow(
    'There is no rule SEA-R9001 (seaworthy.config.json:1:12). Did you mean SEA-R901? `seaworthy rules` lists them all.',
  );
});

test('experimental rules run when the project turns their flag on, and never in production', async () => {
  const experimental = [makePack(callRule('SEA-R902', 'danger', { flag: 'new-rule' }))];
  const files = { ...project, 'seaworthy.config.json': '{ "experimental": ["new-rule"] }' };
  const codeOf = async (flags: AuditFlags, content: Files): Promise<number> =>
    audit(flags, '.', fakeIo({ cwd: writeProject(content) }), experimental);
  expect(await codeOf({}, project)).toBe(0);
  expect(await codeOf({}, files)).toBe(1);
  expect(await codeOf({ production: true }, files)).toBe(0);
});

test('the experimental rule that is built in is off until the project turns its flag on', async () => {
  const definition = { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on' };
  const files = { 'flags.json': JSON.stringify({ flags: { beta: definition } }) };
  const ids = async (content: Files): Promise<readonly string[]> => {
    const io = fakeIo({ cwd: writeProject(content) });
    await audit({ format: 'json' }, '.', io, builtIn);
    return (JSON.parse(io.out()) as { findings: { rule: string }[] }).findings.map(({ rule }) => rule);
  };
  expect(await ids(files)).not.toContain('SEA-R139');
  const settings = { 'seaworthy.config.json': '{ "experimental": ["flag-without-owner"] }' };
  expect(await ids({ ...files, ...settings })).toContain('SEA-R139');
});

test('two rules with one id are refused', async () => {
  const twice = [makePack(danger), { ...makePack(danger), manifest: { id: 'other.pack' } }];
  await expect(audit({}, '.', fakeIo({ cwd: writeProject(project) }), twice)).rejects.toThrow(
    'The rule SEA-R901 is contributed by both other.pack and test.pack.',
  );
  const reserved = [makePack(makeRule({ id: 'SEA-R000' }))];
  await expect(audit({}, '.', fakeIo({ cwd: writeProject(project) }), reserved)).rejects.toThrow(
    CliErrors.DUPLICATE_RULE,
  );
});

test('a pack that does not load is named', async () => {
  const broken = {
    manifest: { id: 'broken.pack' },
    plugin: {
      onInit: () => {
        throw new TypeError('no database');
      },
    },
  };
  await expect(audit({}, '.', fakeIo({ cwd: writeProject(project) }), [...packs, broken])).rejects.toThrow(
    /The rule pack broken\.pack did not load: .*no database/,
  );
});

test('a suppression holds a finding back, and one too many is a finding', async () => {
  const text =
    '// seaworthy-ignore-next-line SEA-R901: it is meant\ndanger();\n// seaworthy-ignore-next-line SEA-R901: it was\nfine();\n';
  const { io, code } = await run({ 'a.ts': text }, { format: 'json' });
  const report = JSON.parse(io.out());
  expect([code, report.suppressed]).toEqual([0, 1]);
  expect(report.findings).toMatchObject([{ rule: 'SEA-R000', line: 3, severity: 'warning' }]);
  const off = await run(
    { 'a.ts': text, 'seaworthy.config.json': '{ "rules": { "SEA-R000": "off" } }' },
    { format: 'json' },
  );
  expect(JSON.parse(off.io.out()).findings).toEqual([]);
  const strict = await run({ 'a.ts': text, 'seaworthy.config.json': '{ "rules": { "SEA-R000": "error" } }' });
  expect(strict.code).toBe(1);
});

test('rules lists every rule by category', async () => {
  const io = fakeIo({ cwd: '.' });
  const list = [
    makePack(danger, callRule('SEA-R902', 'x', { flag: 'new-rule', severity: 'info', category: 'errors' })),
  ];
  expect(await rules({ format: 'pretty' }, undefined, io, list)).toBe(0);
  expect(io.out()).toBe(
    `errors
  SEA-R902  info     no call of x  experimental: new-rule

security
  SEA-R901  error    no call of danger

2 rules. seaworthy explain <id> says more.
`,
  );
});

test('rules as JSON carry what a tool needs', async () => {
  const io = fakeIo({ cwd: '.' });
  await rules({ format: 'json' }, undefined, io, packs);
  expect(JSON.parse(io.out())).toEqual([
    {
      id: 'SEA-R901',
      title: 'no call of danger',
      category: 'security',
      severity: 'error',
      version: 1,
      pack: 'test.pack',
      why: 'It breaks at night.',
      fix: 'Mend it.',
    },
  ]);
});

test('explain prints what lies beside the rule, whatever the case of the id', async () => {
  const io = fakeIo({ cwd: '.' });
  expect(await explain({}, 'sea-r901', io, packs)).toBe(0);
  expect(io.out()).toBe('# Why it matters\n\nBecause.\n');
});

test('explain knows the rule of the engine itself', async () => {
  const io = fakeIo({ cwd: '.' });
  await explain({}, 'SEA-R000', io, packs);
  expect(io.out()).toMatch(/^# SEA-R000 · suppression without effect\n/);
});

const sources = globSync(['packages/*/src/**/errors.ts', 'apps/*/src/**/errors.ts'], { cwd: repository }).toSorted();
const codes = (await Promise.all(sources.map(codesIn))).flat();
const elsewhere = /^seaworthy\.(server|management)\./;

test('the codes of every package and app are known here', () => {
  expect(new Set(codes.map((code) => code.split('.')[1])).size).toBe(12);
});

for (const code of codes.filter((each) => !elsewhere.test(each))) {
  test(`explain knows ${code}`, async () => {
    const io = fakeIo({ cwd: '.' });
    expect(await explain({}, code, io, packs)).toBe(0);
    expect(io.out().startsWith(`${code}\n`)).toBe(true);
    expect(io.out()).toContain('exit code');
  });
}

for (const code of codes.filter((each) => elsewhere.test(each))) {
  test(`explain says whose ${code} is and where it is explained`, async () => {
    const io = fakeIo({ cwd: '.' });
    expect(await explain({}, code, io, packs)).toBe(0);
    expect(io.out()).toMatch(
      /belongs to .*@seaworthy\/(server|management)\. Its codes .* docs\/reference\/errors\.md\.\n$/,
    );
    expect(io.out().startsWith(code)).toBe(true);
  });
}

async function codesIn(source: string): Promise<readonly string[]> {
  const module: Record<string, unknown> = await import(join(repository, source));
  return Object.values(module)
    .flatMap((catalogue) => Object.values(Object(catalogue)))
    .flatMap((kind) => (typeof kind === 'function' && 'code' in kind ? String(kind.code) : []));
}

const unknown: readonly (readonly [id: string, suggestion: string])[] = [
  ['SEA-R91', 'Did you mean SEA-R901?'],
  ['danger', 'Did you mean SEA-R901 (no call of danger)?'],
  ['seaworthy.config.INVALD', 'Did you mean seaworthy.config.INVALID?'],
  ['seaworthy.server', 'Nothing is known by the name "seaworthy.server".'],
  ['seaworthy.nobody.INVALID', 'Nothing is known by the name "seaworthy.nobody.INVALID".'],
  ['zzz', 'Nothing is known by the name "zzz". Give'],
];

for (const [id, suggestion] of unknown) {
  test(`explain does not know ${id}: ${suggestion}`, async () => {
    await expect(explain({}, id, fakeIo({ cwd: '.' }), packs)).rejects.toThrow(suggestion);
  });
}

test('an explanation that is not shipped is an error that says where it should be', async () => {
  const lost = [makePack(makeRule({ id: 'SEA-R902', explain: new URL('nowhere/explain.md', import.meta.url) }))];
  await expect(explain({}, 'SEA-R902', fakeIo({ cwd: '.' }), lost)).rejects.toThrow(/nowhere.explain\.md/);
});

test('a push without a server says how to name one', async () => {
  await expect(push({}, '-', fakeIo({ cwd: writeProject(project) }))).rejects.toThrow(CliErrors.PUSH_URL_MISSING);
});

const notReports: readonly (readonly [name: string, text: string, reason: RegExp])[] = [
  ['no JSON', 'nothing', /Unexpected token|is not valid JSON/],
  ['something else', '{ "a": 1 }', /it is no seaworthy\.report/],
  ['of a later version', '{ "schema": "seaworthy.report", "schemaVersion": 9 }', /version 9/],
  ['incomplete', '{ "schema": "seaworthy.report", "schemaVersion": 1 }', /project/],
];

for (const [name, text, reason] of notReports) {
  test(`a report that is ${name} is refused before it is sent`, async () => {
    const io = fakeIo({ cwd: writeProject(project), stdin: bytesOf(text) });
    await expect(push({ url: 'http://127.0.0.1:1' }, '-', io)).rejects.toThrow(reason);
  });
}

test('a report file that is not there is refused', async () => {
  const io = fakeIo({ cwd: writeProject(project) });
  await expect(push({ url: 'http://127.0.0.1:1' }, 'nowhere.json', io)).rejects.toThrow(
    /nowhere\.json cannot be used: ENOENT/,
  );
  expect(existsSync(join(io.cwd, 'nowhere.json'))).toBe(false);
});
