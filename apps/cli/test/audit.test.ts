import { createResilience } from '@seaworthy/resilience';
import { expect, onTestFinished, test } from 'vitest';
import { audit, type AuditOptions } from '../src/engine/audit.ts';
import { createDeadline } from '../src/engine/deadline.ts';
import type { Report } from '../src/report/report.ts';
import { createSchemas } from '../src/report/schema.ts';
import { writeProject, type Files } from './support/project.ts';
import { callRule, makeRule } from './support/rules.ts';

interface Run extends Partial<Omit<AuditOptions, 'withDeadline'>> {
  readonly timeoutMs?: number;
}

async function run(files: Files, { timeoutMs = 5_000, ...options }: Run): Promise<Report> {
  const root = writeProject(files);
  const resilience = createResilience();
  onTestFinished(() => resilience.close());
  const { report } = await audit({
    root,
    directory: '.',
    rules: [],
    selection: { settings: {}, isOn: () => false },
    withDeadline: createDeadline(resilience, timeoutMs),
    ...options,
  });
  return createSchemas().get('seaworthy.report').parse(report);
}

const danger = callRule('SEA-R901', 'danger', { category: 'security' });

test('a finding is complete: place, lines, reasons and a fingerprint', async () => {
  const files = { 'package.json': '{ "name": "app", "version": "1.2.3" }', 'src/a.ts': 'const a = 1;\ndanger(a);\n' };
  const report = await run(files, { rules: [danger] });
  expect(report).toEqual({
    schema: 'seaworthy.report',
    schemaVersion: 1,
    project: { name: 'app', version: '1.2.3' },
    summary: { errors: 1, warnings: 0, infos: 0 },
    score: { overall: 71, categories: { security: { score: 71, errors: 1, warnings: 0, infos: 0 } } },
    findings: [
      {
        rule: 'SEA-R901',
        title: 'no call of danger',
        severity: 'error',
        category: 'security',
        message: 'danger is called.',
        file: 'src/a.ts',
        line: 2,
        column: 1,
        snippet: { firstLine: 1, lines: ['const a = 1;', 'danger(a);'] },
        why: 'It breaks at night.',
        fix: 'Mend it.',
        docs: 'seaworthy explain SEA-R901',
        fingerprint: '4df580a92f6b719c',
      },
    ],
    suppressed: 0,
    problems: [],
    stats: { files: 2, bytes: 61, rules: 1, findings: 1 },
  });
});

test('a report depends on nothing but the project', async () => {
  const files = { 'b.ts': 'danger(1);', 'a.ts': 'danger(2); danger(3);', 'c.ts': 'let =' };
  const rules = [danger, callRule('SEA-R902', 'danger')];
  const [first, second] = await Promise.all([run(files, { rules }), run(files, { rules: rules.toReversed() })]);
  const named = (report: Report): unknown => ({ ...report, project: undefined });
  expect(JSON.stringify(named(first))).toBe(JSON.stringify(named(second)));
  expect(first.findings.map(({ file, column, rule }) => `${file}:${column} ${rule}`)).toEqual([
    'a.ts:1 SEA-R901',
    'a.ts:1 SEA-R902',
    'a.ts:12 SEA-R901',
    'a.ts:12 SEA-R902',
    'b.ts:1 SEA-R901',
    'b.ts:1 SEA-R902',
  ]);
});

test('a fingerprint survives lines that move, and tells equal lines apart', async () => {
  const before = await run({ 'a.ts': 'danger(1);\ndanger(1);\n' }, { rules: [danger] });
  const after = await run({ 'a.ts': '\n\n  danger(1);\n// new\n\tdanger(1);\n' }, { rules: [danger] });
  const prints = before.findings.map(({ fingerprint }) => fingerprint);
  expect(after.findings.map(({ fingerprint }) => fingerprint)).toEqual(prints);
  expect(new Set(prints).size).toBe(2);
});

test('times are in the report only when they are asked for', async () => {
  expect((await run({ 'a.ts': '' }, {})).stats).not.toHaveProperty('durationMs');
  expect((await run({ 'a.ts': '' }, { timings: true })).stats.durationMs).toBeGreaterThanOrEqual(0);
});

test('the name of a project is the chosen one, else that of the manifest, else that of the directory', async () => {
  const manifest = { 'package.json': '{ "name": "from-manifest" }' };
  expect((await run(manifest, { projectName: 'chosen' })).project).toEqual({ name: 'chosen' });
  expect((await run(manifest, {})).project).toEqual({ name: 'from-manifest' });
  expect((await run({ 'a.ts': '' }, {})).project.name).toMatch(/^seaworthy-cli-/);
});

test('ignored files are not looked at', async () => {
  const files = { 'a.ts': 'danger();', 'gen/b.ts': 'danger(); let =' };
  const report = await run(files, { rules: [danger], isIgnored: (path) => path.startsWith('gen/') });
  expect(report.findings.map(({ file }) => file)).toEqual(['a.ts']);
  expect([report.stats.files, report.problems]).toEqual([1, []]);
});

const failures: readonly (readonly [name: string, check: () => unknown, kind: string, message: string])[] = [
  [
    'throws',
    () => {
      throw new TypeError('no such thing');
    },
    'rule-crashed',
    'Rule SEA-R902 crashed: TypeError: no such thing. Its',
  ],
  [
    'throws a string',
    () => {
      throw 'a string';
    },
    'rule-crashed',
    'crashed: it threw a string.',
  ],
  ['rejects', () => Promise.reject(new Error('later')), 'rule-crashed', 'crashed: Error: later.'],
  ['hangs', () => new Promise(() => {}), 'rule-timeout', 'Rule SEA-R902 did not finish within 50 ms'],
  ['answers no list', () => 'nothing', 'rule-crashed', 'it answered no list.'],
  ['answers null in its list', () => [null], 'rule-crashed', 'it is no object.'],
];

for (const [name, check, kind, message] of failures) {
  test(`a rule that ${name} is named, and the others go on`, async () => {
    const broken = makeRule({ id: 'SEA-R902', category: 'health', check: check as never });
    const report = await run({ 'a.ts': 'danger();' }, { rules: [broken, danger], timeoutMs: 50 });
    expect(report.findings.map(({ rule }) => rule)).toEqual(['SEA-R901']);
    expect(report.problems).toEqual([expect.objectContaining({ kind, rule: 'SEA-R902' })]);
    expect(report.problems[0]?.message).toContain(message);
    expect(report.score.categories).not.toHaveProperty('health');
  });
}

const flaws: readonly (readonly [name: string, finding: object])[] = [
  ['no file', { message: 'x' }],
  ['an absolute file', { file: '/etc/passwd', message: 'x' }],
  ['a file outside', { file: 'a/../../b', message: 'x' }],
  ['a file with backslashes', { file: String.raw`a\b`, message: 'x' }],
  ['a drive', { file: 'C:/a', message: 'x' }],
  ['no message', { file: 'a.ts', message: ' ' }],
  ['an unknown severity', { file: 'a.ts', message: 'x', severity: 'fatal' }],
  ['a line 0', { file: 'a.ts', message: 'x', position: { line: 0, column: 1 } }],
  ['half a column', { file: 'a.ts', message: 'x', position: { line: 1, column: 1.5 } }],
  ['an end without a column', { file: 'a.ts', message: 'x', position: { line: 1, column: 1 }, end: { line: 2 } }],
  ['an empty fix', { file: 'a.ts', message: 'x', fix: '' }],
];

for (const [name, finding] of flaws) {
  test(`a finding with ${name} is refused, and the good ones of the rule stay`, async () => {
    const rule = makeRule({ id: 'SEA-R902', check: () => [finding, { file: 'a.ts', message: 'good' }] as never });
    const report = await run({ 'a.ts': '' }, { rules: [rule] });
    expect(report.findings.map(({ message }) => message)).toEqual(['good']);
    expect(report.problems).toMatchObject([{ kind: 'rule-crashed', code: 'seaworthy.cli.RULE_FINDING_INVALID' }]);
  });
}

test('a time limit of its own that a rule passes is a crash, not our time limit', async () => {
  const inner = createResilience();
  const rule = makeRule({
    id: 'SEA-R902',
    check: () => inner.pipeline('inner', { totalTimeoutMs: 5 }).execute(() => new Promise(() => {})),
  });
  const report = await run({ 'a.ts': '' }, { rules: [rule] });
  expect(report.problems).toMatchObject([{ kind: 'rule-crashed', rule: 'SEA-R902' }]);
});

test('a rule that is stopped is told so by its signal', async () => {
  let reason: unknown;
  const rule = makeRule({
    id: 'SEA-R902',
    check: (_project, signal) => new Promise(() => signal.addEventListener('abort', () => (reason = signal.reason))),
  });
  await run({ 'a.ts': '' }, { rules: [rule], timeoutMs: 20 });
  expect(reason).toBeInstanceOf(Error);
});

test('an interrupted audit ends with the reason of the signal', async () => {
  const controller = new AbortController();
  const rule = makeRule({
    id: 'SEA-R902',
    check: () => {
      controller.abort(new DOMException('stop', 'AbortError'));
      return [];
    },
  });
  await expect(
    run({ 'a.ts': '' }, { rules: [rule, danger, callRule('SEA-R903', 'x')], signal: controller.signal }),
  ).rejects.toThrow('stop');
});

test('a crash is told in full to whoever logs', async () => {
  const told: unknown[] = [];
  const error = new Error('inside');
  const rule = makeRule({ id: 'SEA-R902', check: () => Promise.reject(error) });
  await run({ 'a.ts': '' }, { rules: [rule], onCrash: (_rule, what) => told.push(what) });
  expect(told).toEqual([error]);
});

test('a rule that is off does not run, and a severity can be set', async () => {
  const other = callRule('SEA-R902', 'danger', { severity: 'info' });
  const settings = { 'SEA-R901': 'off', 'SEA-R902': 'warning' } as const;
  const report = await run(
    { 'a.ts': 'danger();' },
    { rules: [danger, other], selection: { settings, isOn: () => false } },
  );
  expect(report.findings.map(({ rule, severity }) => [rule, severity])).toEqual([['SEA-R902', 'warning']]);
  expect(report.stats.rules).toBe(1);
});

test('an experimental rule runs only when its flag is on', async () => {
  const rule = callRule('SEA-R902', 'danger', { flag: 'new-rule' });
  const found = async (isOn: (flag: string) => boolean): Promise<number> =>
    (await run({ 'a.ts': 'danger();' }, { rules: [rule], selection: { settings: {}, isOn } })).findings.length;
  expect(await found(() => false)).toBe(0);
  expect(await found((flag) => flag === 'new-rule')).toBe(1);
});

test('a finding may be milder than its rule, and have a fix of its own', async () => {
  const rule = makeRule({
    id: 'SEA-R902',
    check: () => [{ file: '.', message: 'x', severity: 'info', fix: 'Do this.' }],
  });
  const [finding] = (await run({ 'a.ts': '' }, { rules: [rule] })).findings;
  expect(finding).toMatchObject({ severity: 'info', fix: 'Do this.', file: '.' });
  expect(finding).not.toHaveProperty('line');
});

test('a category has a score only when a rule of it had something to look at', async () => {
  const rules = [
    makeRule({
      id: 'SEA-R902',
      category: 'deployment',
      check: (project) => project.files('dockerfile').map(() => ({ file: '.', message: 'x' })),
    }),
    makeRule({ id: 'SEA-R903', category: 'quality', check: (project) => (project.has('README.md') ? [] : []) }),
    makeRule({ id: 'SEA-R904', category: 'health', check: (project) => (project.shape === 'service' ? [] : []) }),
    makeRule({
      id: 'SEA-R905',
      category: 'configuration',
      check: (project) => (project.manifest?.['engines'] ? [] : []),
    }),
    makeRule({ id: 'SEA-R906', category: 'logging', check: (project) => (project.file('a.ts') ? [] : []) }),
    makeRule({ id: 'SEA-R907', category: 'telemetry', check: (project) => (project.dependencies.has('x') ? [] : []) }),
  ];
  const { score } = await run({ 'a.ts': '', 'package.json': '{}' }, { rules });
  expect(Object.keys(score.categories)).toEqual(['logging', 'configuration', 'quality']);
});

test('an empty project without rules has no score', async () => {
  expect((await run({ 'a.ts': '' }, {})).score).toEqual({ overall: null, categories: {} });
});

test('the lines of a secret and of an environment file stay out of the report', async () => {
  const rule = makeRule({
    id: 'SEA-R902',
    check: () => [
      { file: '.env', position: { line: 1, column: 1 }, message: 'in the environment' },
      { file: 'a.ts', position: { line: 1, column: 1 }, message: 'in the code', sensitive: true },
      { file: 'b.ts', position: { line: 1, column: 1 }, message: 'harmless' },
    ],
  });
  const files = { '.env': 'TOKEN=hunter2', 'a.ts': 'const t = "hunter2";', 'b.ts': 'b();' };
  const looker = makeRule({
    id: 'SEA-R903',
    check: (project) => (project.files('env', 'script').length > 0 ? [] : []),
  });
  const report = await run(files, { rules: [rule, looker] });
  expect(report.findings.map(({ file, snippet }) => [file, snippet?.lines])).toEqual([
    ['.env', undefined],
    ['a.ts', undefined],
    ['b.ts', ['b();']],
  ]);
  expect(JSON.stringify(report)).not.toContain('hunter2');
});

test('a snippet shows the lines around, at most five of a long finding, and cuts long lines', async () => {
  const text = ['one', 'two', `three ${'x'.repeat(500)}`, 'four', 'five', 'six', 'seven', 'eight', 'nine', ''].join(
    '\n',
  );
  const place = (line: number, end?: number): object => ({
    file: 'a.ts',
    position: { line, column: 1 },
    message: 'x',
    ...(end !== undefined && { end: { line: end, column: 2 } }),
  });
  const rule = makeRule({
    id: 'SEA-R902',
    check: (project) => project.files('script').flatMap(() => [place(1), place(3, 99), place(9), place(50)]) as never,
  });
  const { findings } = await run({ 'a.ts': `\`${text}\`` }, { rules: [rule] });
  const [first, second, third, fourth] = findings;
  expect(first?.snippet).toEqual({ firstLine: 1, lines: ['`one', 'two'] });
  expect(second?.snippet?.lines.length).toBe(7);
  expect(second?.snippet?.lines[1]).toHaveLength(200);
  expect(second?.snippet?.lines[1]?.endsWith('x…')).toBe(true);
  expect(third?.snippet).toEqual({ firstLine: 8, lines: ['eight', 'nine', '`'] });
  expect(fourth).not.toHaveProperty('snippet');
});
