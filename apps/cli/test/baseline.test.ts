import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CliErrors } from '../src/errors.ts';
import { audit, type AuditFlags } from '../src/handlers/audit.ts';
import { createSchemas } from '../src/report/schema.ts';
import { fakeIo } from './support/io.ts';
import { writeProject, type Files } from './support/project.ts';
import { callRule, makePack, makeRule } from './support/rules.ts';

const packs = [makePack(callRule('SEA-R901', 'danger'))];

async function run(cwd: string, flags: AuditFlags, these = packs) {
  const io = fakeIo({ cwd });
  const code = await audit({ format: 'json', ...flags }, '.', io, these);
  return { code, report: JSON.parse(io.out()), err: io.err() };
}

/** A project whose findings are all written to known.json. */
async function withBaseline(files: Files): Promise<string> {
  const cwd = writeProject(files);
  const { code, err } = await run(cwd, { baseline: 'known.json', writeBaseline: true });
  expect([code, err]).toEqual([0, expect.stringMatching(/^\d findings? written to known\.json\.\n$/)]);
  return cwd;
}

test('what is written to the baseline is held back, and the score is that of the rest', async () => {
  const cwd = await withBaseline({ 'a.ts': 'danger();\nfine();\ndanger();' });
  const { code, report, err } = await run(cwd, { baseline: 'known.json' });
  expect([code, err]).toEqual([0, '2 findings held back by known.json.\n']);
  expect(report).toMatchObject({
    findings: [],
    suppressed: 2,
    summary: { errors: 0 },
    score: { overall: 100, categories: { errors: { score: 100, errors: 0 } } },
    stats: { findings: 0 },
  });
  expect(createSchemas().get('seaworthy.report').parse(report)).toEqual(report);
});

test('a finding is still known when lines above it have moved, and a new one is not', async () => {
  const cwd = await withBaseline({ 'a.ts': 'danger(1);' });
  writeFileSync(join(cwd, 'a.ts'), '// a\n\n  danger(1);\ndanger(2);\n');
  const { code, report } = await run(cwd, { baseline: 'known.json' });
  expect(code).toBe(1);
  expect(report.findings.map(({ line }: { line: number }) => line)).toEqual([4]);
});

test('entries that are no longer found are told, in the order of the file', async () => {
  const cwd = await withBaseline({ 'a.ts': 'danger(1);', 'b.ts': 'danger(2);' });
  writeFileSync(join(cwd, 'a.ts'), 'fine();');
  const { code, err } = await run(cwd, { baseline: 'known.json' });
  expect(code).toBe(0);
  expect(err).toBe(
    '1 finding held back by known.json.\n1 entry no longer found; --write-baseline drops:\n  SEA-R901  a.ts  danger is called.\n',
  );
});

test('an entry whose file or rule could not be looked at is not called unused', async () => {
  const cwd = await withBaseline({ 'a.ts': 'danger(1);' });
  writeFileSync(join(cwd, 'a.ts'), 'danger( = ;');
  expect((await run(cwd, { baseline: 'known.json' })).err).toBe('0 findings held back by known.json.\n');
  const broken = makeRule({ id: 'SEA-R901', check: () => Promise.reject(new TypeError('no')) });
  writeFileSync(join(cwd, 'a.ts'), 'fine();');
  expect((await run(cwd, { baseline: 'known.json' }, [makePack(broken)])).err).toBe(
    '0 findings held back by known.json.\n',
  );
});

test('a baseline is sorted, complete and written as a whole', async () => {
  const cwd = await withBaseline({ 'b.ts': 'danger();', 'a.ts': 'danger();' });
  const baseline = JSON.parse(readFileSync(join(cwd, 'known.json'), 'utf8'));
  expect(baseline).toMatchObject({ schema: 'seaworthy.baseline', schemaVersion: 1 });
  expect(baseline.findings.map(({ file }: { file: string }) => file)).toEqual(['a.ts', 'b.ts']);
  expect(readdirSync(cwd).toSorted()).toEqual(['a.ts', 'b.ts', 'known.json']);
});

const useless: readonly (readonly [what: string, text: string | undefined, reason: string])[] = [
  ['is missing', undefined, 'ENOENT.'],
  ['is no JSON', '{', 'It is not JSON.'],
  ['is something else', '{"schema":"seaworthy.report","findings":[]}', 'It is no seaworthy.baseline.'],
  [
    'is of another version',
    '{"schema":"seaworthy.baseline","schemaVersion":2,"findings":[]}',
    'It is of a version that',
  ],
  [
    'lacks a part',
    '{"schema":"seaworthy.baseline","schemaVersion":1,"findings":[{"fingerprint":"x"}]}',
    'One of its findings is incomplete.',
  ],
];

for (const [what, text, reason] of useless) {
  test(`a baseline that ${what} is an error before anything is audited`, async () => {
    const cwd = writeProject({ 'a.ts': 'fine();', ...(text !== undefined && { 'known.json': text }) });
    const running = run(cwd, { baseline: 'known.json' });
    await expect(running).rejects.toThrow(CliErrors.BASELINE_UNREADABLE);
    await expect(running).rejects.toThrow(reason);
  });
}

test('the place may stand in the config file, but a project writes nothing outside of itself', async () => {
  const cwd = writeProject({
    'repo/a.ts': 'danger();',
    'repo/.git/HEAD': '',
    'repo/seaworthy.config.json': '{ "baseline": "../precious.json" }',
  });
  const io = fakeIo({ cwd: join(cwd, 'repo') });
  await expect(audit({ writeBaseline: true }, '.', io, packs)).rejects.toThrow(CliErrors.OUTPUT_NOT_YOURS);
  expect(existsSync(join(cwd, 'precious.json'))).toBe(false);
  writeFileSync(join(cwd, 'repo/seaworthy.config.json'), '{ "baseline": "known.json" }');
  expect((await run(join(cwd, 'repo'), { writeBaseline: true })).code).toBe(0);
  expect((await run(join(cwd, 'repo'), {})).code).toBe(0);
});

test('a place in the config file is found from there, wherever one stands', async () => {
  const root = writeProject({ 'repo/a.ts': 'danger();', 'repo/seaworthy.config.json': '{ "baseline": "known.json" }' });
  const ask = async (cwd: string, directory: string, flags: AuditFlags = {}) => {
    const io = fakeIo({ cwd });
    return [await audit({ format: 'json', ...flags }, directory, io, packs), io.err()];
  };
  const written = await ask(root, 'repo', { writeBaseline: true });
  const path = join('repo', 'known.json');
  expect(written).toEqual([0, `1 finding written to ${path}.\n`]);
  expect([existsSync(join(root, path)), existsSync(join(root, 'known.json'))]).toEqual([true, false]);
  expect(await ask(root, 'repo')).toEqual([0, `1 finding held back by ${path}.\n`]);
  expect(await ask(join(root, 'repo'), '.')).toEqual([0, '1 finding held back by known.json.\n']);
});

test('--write-baseline without a place is asked wrongly', async () => {
  await expect(run(writeProject({ 'a.ts': '' }), { writeBaseline: true })).rejects.toThrow(CliErrors.BASELINE_MISSING);
});
