import { expect, test } from 'vitest';
import { CliErrors } from '../src/errors.ts';
import { run } from '../src/run.ts';
import { fakeIo } from './support/io.ts';
import { writeProject, type Files } from './support/project.ts';
import { makeFinding, makeReport } from './support/report.ts';

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
