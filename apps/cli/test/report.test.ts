import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CliErrors } from '../src/errors.ts';
import { audit } from '../src/handlers/audit.ts';
import { run } from '../src/run.ts';
import { fakeIo } from './support/io.ts';
import { writeProject, type Files } from './support/project.ts';
import { makeFinding, makeReport } from './support/report.ts';
import { callRule, makePack } from './support/rules.ts';

const packs = [makePack(callRule('SEA-R901', 'danger'))];

async function reportOf(cwd: string, name: string): Promise<void> {
  await audit({ format: 'json', output: name, ignore: ['*.json'] }, '.', fakeIo({ cwd }), packs);
}

async function ask(files: Files, ...words: readonly string[]) {
  const io = fakeIo({ cwd: writeProject(files) });
  return { code: await run(words, io), out: io.out(), err: io.err() };
}

const some = { 'a.json': JSON.stringify(makeReport([makeFinding()])) };

test('a report is shown in every format that an audit writes', async () => {
  const pretty = await ask(some, 'report', 'show', 'a.json');
  expect([pretty.code, pretty.out.includes('error  SEA-R012  no SIGTERM handler')]).toEqual([0, true]);
  expect((await ask(some, 'report', 'show', 'a.json', '-f', 'junit')).out).toContain(
    '<testsuites name="seaworthy app"',
  );
});

test('an unknown format is an error with a suggestion', async () => {
  const { code, err } = await ask(some, 'report', 'show', 'a.json', '--format', 'juni');
  expect([code, err.includes('There is no format "juni". Did you mean junit?')]).toEqual([2, true]);
});

test('a file that is no report is an error', async () => {
  for (const text of ['{', '{"schema":"other"}', '{"schema":"seaworthy.report","schemaVersion":1}']) {
    const { code, err } = await ask({ 'a.json': text }, 'report', 'show', 'a.json');
    expect([code, err.includes(CliErrors.REPORT_UNREADABLE.code)]).toEqual([2, true]);
  }
});

test('a diff tells what is new and what is gone; lines that moved are neither', async () => {
  const cwd = writeProject({ 'a.ts': 'danger(1);\ndanger(2);\n' });
  await reportOf(cwd, 'before.json');
  writeFileSync(join(cwd, 'a.ts'), '// more\n\ndanger(2);\ndanger(3);\n');
  await reportOf(cwd, 'after.json');
  const io = fakeIo({ cwd });
  expect(await run(['report', 'diff', 'before.json', 'after.json'], io)).toBe(1);
  expect(io.out()).toBe(`+ a.ts:4:1: error SEA-R901 danger is called.
- a.ts:1:1: error SEA-R901 danger is called.

1 finding new, 1 gone, 1 as before. Score 59 before, 59 after.
`);
  const same = fakeIo({ cwd });
  expect(await run(['report', 'diff', 'after.json', 'after.json', '--format', 'json'], same)).toBe(0);
  expect(JSON.parse(same.out())).toMatchObject({ added: [], gone: [], kept: 2 });
});

test('what could not be looked at is not called gone', async () => {
  const cwd = writeProject({ 'a.ts': 'danger(1);' });
  await reportOf(cwd, 'before.json');
  writeFileSync(join(cwd, 'a.ts'), 'danger( = ;');
  await reportOf(cwd, 'after.json');
  expect(JSON.parse(readFileSync(join(cwd, 'after.json'), 'utf8')).problems).toHaveLength(1);
  const io = fakeIo({ cwd });
  expect(await run(['report', 'diff', 'before.json', 'after.json'], io)).toBe(0);
  expect(io.out()).toBe('0 findings new, 0 gone, 0 as before. Score 71 before, none after.\n');
});
