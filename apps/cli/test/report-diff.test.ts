import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CliErrors } from '../src/errors.ts';
import { audit } from '../src/handlers/audit.ts';
import { reportAddress } from '../src/push/pull.ts';
import { diffReports } from '../src/report/diff.ts';
import type { Finding, Report } from '../src/report/report.ts';
import { run } from '../src/run.ts';
import { bytesOf, fakeIo, type FakeIo } from './support/io.ts';
import { writeProject } from './support/project.ts';
import { makeFinding, makeReport } from './support/report.ts';
import { callRule, makePack } from './support/rules.ts';
import { answer, startServer, unusedUrl } from './support/server.ts';

const packs = [makePack(callRule('SEA-R901', 'danger'))];

async function reportOf(cwd: string, name: string): Promise<void> {
  await audit({ format: 'json', output: name, ignore: ['*.json'] }, '.', fakeIo({ cwd }), packs);
}

async function diff(cwd: string, words: readonly string[], parts: Partial<FakeIo> = {}) {
  const io = fakeIo({ cwd, ...parts });
  return { code: await run(['report', 'diff', ...words], io), out: io.out(), err: io.err() };
}

/** A directory with two reports, `before.json` and `after.json`. */
function withReports(before: Report, after: Report): string {
  return writeProject({ 'before.json': JSON.stringify(before), 'after.json': JSON.stringify(after) });
}

const both = ['before.json', 'after.json'];
const fingerprint = (number: number): string => number.toString(16).padStart(16, '0');

test('a diff tells what is new and what is gone; lines that moved are neither', async () => {
  const cwd = writeProject({ 'a.ts': 'danger(1);\ndanger(2);\n' });
  await reportOf(cwd, 'before.json');
  writeFileSync(join(cwd, 'a.ts'), '// more\n\ndanger(2);\ndanger(3);\n');
  await reportOf(cwd, 'after.json');
  const { code, out } = await diff(cwd, both);
  expect(code).toBe(1);
  expect(out).toBe(`+ a.ts:4:1: error SEA-R901 danger is called.
- a.ts:1:1: error SEA-R901 danger is called.

overall    59 → 59

1 finding new, 1 gone, 1 as before.
`);
});

test('what could not be looked at is not called gone', async () => {
  const cwd = writeProject({ 'a.ts': 'danger(1);' });
  await reportOf(cwd, 'before.json');
  writeFileSync(join(cwd, 'a.ts'), 'danger( = ;');
  await reportOf(cwd, 'after.json');
  expect(JSON.parse(readFileSync(join(cwd, 'after.json'), 'utf8')).problems).toHaveLength(1);
  const { code, out } = await diff(cwd, both);
  expect(code).toBe(0);
  expect(out).toBe(`? a.ts:1:1: error SEA-R901 danger is called.

overall    71 → none
errors     71 → none

0 findings new, 0 gone, 0 as before, 1 could not be looked at.
`);
});

const old = makeFinding({ fingerprint: fingerprint(1), line: 9 });
const kept = makeFinding({ fingerprint: fingerprint(2) });
const fresh = makeFinding({
  fingerprint: fingerprint(3),
  severity: 'warning',
  message: 'A <b>new</b> one | of *all*.',
});
const scored = (overall: number, lifecycle: number): Pick<Report, 'score'> => ({
  score: { overall, categories: { lifecycle: { score: lifecycle, errors: 0, warnings: 0, infos: 0 } } },
});
const changed = withReports.bind(
  undefined,
  makeReport([old, kept], scored(40, 30)),
  makeReport([kept, fresh], scored(60, 75)),
);

test('the diff as JSON names its version, every finding, and the score of each category', async () => {
  const { out } = await diff(changed(), [...both, '--format', 'json']);
  expect(JSON.parse(out)).toEqual({
    schema: 'seaworthy.report-diff',
    schemaVersion: 1,
    project: 'app',
    score: { before: 40, after: 60, categories: { lifecycle: { before: 30, after: 75 } } },
    added: [fresh],
    unchanged: [kept],
    gone: [old],
    unseen: [],
  });
});

test('the diff as Markdown is a table of scores and two lists, and text of the project is no markup in it', async () => {
  const { out } = await diff(changed(), [...both, '-f', 'markdown']);
  expect(out).toBe(String.raw`# app: 40 → 60

1 finding new, 1 gone, 1 as before.

| category | before | after |
| --- | --: | --: |
| overall | 40 | 60 |
| lifecycle | 30 | 75 |

## New

- **warning** SEA-R012 no SIGTERM handler · ${'`src/server.ts:2`'}: A \<b\>new\</b\> one \| of \*all\*. Create a lifecycle and let it close the server.

## Gone

- **error** SEA-R012 no SIGTERM handler · ${'`src/server.ts:9`'}: Nothing listens to SIGTERM. Create a lifecycle and let it close the server.
`);
});

test('people read the diff in their language; JSON is the same in every one', async () => {
  const cwd = changed();
  const { out } = await diff(cwd, both, { locale: 'de' });
  expect(out).toContain('+ src/server.ts:2:3: Warnung SEA-R012');
  expect(out).toContain('Lebenszyklus    30 → 75\n');
  expect(out).toContain('1 Befund neu, 1 weg, 1 wie zuvor.\n');
  const json = [...both, '--format', 'json'];
  expect(await diff(cwd, json, { locale: 'de' })).toEqual(await diff(cwd, json));
});

const verdicts: readonly (readonly [failOn: string | undefined, code: number])[] = [
  [undefined, 1],
  ['info', 1],
  ['warning', 1],
  ['error', 0],
  ['never', 0],
];

for (const [failOn, code] of verdicts) {
  test(`a new warning ends in ${code} with --fail-on ${failOn ?? 'left out'}`, async () => {
    const flags = failOn === undefined ? [] : ['--fail-on', failOn];
    expect((await diff(changed(), [...both, ...flags])).code).toBe(code);
  });
}

test('an error that was there before fails nothing', async () => {
  const cwd = withReports(makeReport([kept]), makeReport([kept]));
  expect((await diff(cwd, both)).code).toBe(0);
});

test('every finding of two reports is new, unchanged, gone or unseen, and in one of these only', () => {
  const finding = fc
    .record({ name: fc.nat(12), rule: fc.nat(2), file: fc.nat(2) })
    .map(({ name, rule, file }) =>
      makeFinding({ fingerprint: fingerprint(name), rule: `SEA-R90${rule}`, file: `${file}.ts` }),
    );
  const findings = fc.uniqueArray(finding, { selector: (each) => each.fingerprint, maxLength: 8 });
  const problem = fc.record({ rule: fc.option(fc.nat(2)), file: fc.nat(2) }).map(({ rule, file }) => ({
    kind: 'unparsable' as const,
    code: 'seaworthy.cli.FILE_UNPARSABLE',
    message: 'The file does not parse.',
    ...(rule === null ? { file: `${file}.ts` } : { rule: `SEA-R90${rule}` }),
  }));
  fc.assert(
    fc.property(findings, findings, fc.array(problem, { maxLength: 2 }), (before, after, problems) => {
      const { added, unchanged, gone, unseen } = diffReports(makeReport(before), makeReport(after, { problems }));
      const names = (list: readonly Finding[]): readonly string[] => list.map((each) => each.fingerprint).toSorted();
      expect(names([...added, ...unchanged])).toEqual(names(after));
      const missing = before.filter((each) => !names(after).includes(each.fingerprint));
      expect(names([...gone, ...unseen])).toEqual(names(missing));
      const blind = new Set(problems.map((each) => ('rule' in each ? each.rule : each.file)));
      expect(gone.filter((each) => blind.has(each.rule) || blind.has(each.file))).toEqual([]);
    }),
  );
});

test('one of the two may come from standard input', async () => {
  const cwd = changed();
  const stdin = bytesOf(readFileSync(join(cwd, 'after.json'), 'utf8'));
  expect((await diff(cwd, ['before.json', '-'], { stdin })).out).toBe((await diff(cwd, both)).out);
  const { code, err } = await diff(cwd, ['-', '-'], { stdin: bytesOf('{}') });
  expect([code, err.includes('standard input can be read only once.')]).toEqual([2, true]);
});

const useless: readonly (readonly [what: string, text: string, code: string, reason: string])[] = [
  ['is broken JSON', '{', CliErrors.REPORT_UNREADABLE.code, 'JSON'],
  ['is no report', '{"schema":"other"}', CliErrors.REPORT_UNREADABLE.code, 'it is no seaworthy.report.'],
  [
    'is of a version that nobody knows',
    JSON.stringify({ ...makeReport([]), schemaVersion: 2 }),
    CliErrors.REPORT_UNREADABLE.code,
    '2',
  ],
  [
    'is of another project',
    JSON.stringify(makeReport([], { project: { name: 'other' } })),
    CliErrors.REPORTS_APART.code,
    'The reports are of two projects, "app" and "other".',
  ],
];

for (const [what, text, error, reason] of useless) {
  test(`a report that ${what} ends in 2 with its reason`, async () => {
    const cwd = changed();
    writeFileSync(join(cwd, 'after.json'), text);
    const { code, out, err } = await diff(cwd, both);
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(error)]);
    expect(err).toContain(reason);
  });
}

test('a flag with a value that is none is refused', async () => {
  const { code, err } = await diff(changed(), [...both, '--fail-on', 'errors']);
  expect([code, err]).toEqual([2, expect.stringContaining('error')]);
});

const text = (report: Report): string => JSON.stringify(report);

test('a report is compared with the newest that the server has of its project', async () => {
  const list = answer(200, { project: '@shop/orders', reports: [{ id: 'r 9' }, { id: 'r8' }] });
  const project = { name: '@shop/orders' };
  const server = await startServer(list, answer(200, text(makeReport([old], { project }))));
  const cwd = withReports(makeReport([]), makeReport([kept], { project }));
  const { code, out } = await diff(cwd, ['after.json', '--url', `${server.url}/seaworthy`, '-f', 'json']);
  expect([code, JSON.parse(out)]).toMatchObject([1, { added: [kept], gone: [old] }]);
  expect(server.requests.map(({ method, path }) => [method, path])).toEqual([
    ['GET', '/seaworthy/api/v1/projects/%40shop%2Forders/reports'],
    ['GET', '/seaworthy/api/v1/reports/r%209'],
  ]);
});

test('no token is sent to a server that is only read', async () => {
  const server = await startServer(answer(200, text(makeReport([]))));
  const variables = { SEAWORTHY_PUSH_TOKEN: 'mine' };
  const { code } = await diff(changed(), [`${server.url}/reports/r1`, 'after.json'], { variables });
  expect([code, server.requests[0]?.path]).toEqual([1, '/api/v1/reports/r1']);
  expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
});

test('the address of a report is that of its page, or that of the API', () => {
  const api = 'https://a.example/x/api/v1/reports/1';
  expect([reportAddress('https://a.example/x/reports/1')?.href, reportAddress(api)?.href]).toEqual([api, api]);
  for (const other of ['https://a.example/', 'https://a.example/reports/', 'http://[/reports/1', 'reports/1'])
    expect(reportAddress(other)).toBeUndefined();
});

test('one report and no server is asked wrongly', async () => {
  const { code, err } = await diff(changed(), ['after.json']);
  expect([code, err]).toEqual([2, expect.stringContaining(CliErrors.DIFF_URL_MISSING.code)]);
});

const problem = { title: 'Unknown project', detail: 'There is no report of app.' };
const answers: readonly (readonly [what: string, status: number, body: unknown, code: number, error: string])[] = [
  ['has no report of it', 404, problem, 2, 'Unknown project. There is no report of app.'],
  ['sends elsewhere', 302, '', 2, '(302)'],
  ['is none of ours', 200, '<html>', 2, 'the answer is no list of reports.'],
  ['has a list that is empty', 200, { reports: [] }, 2, 'the answer is no list of reports.'],
  ['is broken', 501, '', 3, 'it answered 501'],
];

for (const [what, status, body, exitCode, words] of answers) {
  test(`a server that ${what} (${status}) ends in ${exitCode}`, async () => {
    const server = await startServer(answer(status, body, { location: 'http://example.com/' }));
    const { code, out, err } = await diff(changed(), ['after.json', '--url', server.url]);
    expect([code, out, err]).toEqual([exitCode, '', expect.stringContaining(words)]);
  });
}

test('a server that is not there is an error with the reason', async () => {
  const url = await unusedUrl();
  const { code, err } = await diff(changed(), [`${url}/reports/1`, 'after.json']);
  expect([code, err]).toEqual([3, expect.stringContaining('could not be asked for a report: ECONNREFUSED.')]);
});
