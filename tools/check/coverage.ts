// npm run check:coverage [-- <package> …] [--list]: unit tests run over 80 % of the lines of the workspace and of each
// package, integration tests over 60 % of the workspace. They are measured apart: a line that only the start of a server
// reaches has no unit test. What a test starts as a program of its own counts as much as what it calls.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { readProgramRuns } from '../covered/programs.ts';
import { belowMinimum, linesIn, percentOf, readSummary, type Summary } from '../covered/summary.ts';
import { plainEnvironment, runProgram } from '../process/program.ts';
import { readProjects } from '../repository/projects.ts';
import { root } from '../repository/root.ts';
import { report, type Problem } from './problem.ts';

const minimum = { unit: 80, integration: 60 } as const;
type Kind = keyof typeof minimum;

const { values, positionals: wanted } = parseArgs({ allowPositionals: true, options: { list: { type: 'boolean' } } });
const projects = readProjects(root).filter(({ id }) => wanted.length === 0 || wanted.includes(id));
const problems: Problem[] = [];

for (const kind of ['unit', 'integration'] as const) {
  const summary = await measure(kind);
  if (summary === undefined) continue;
  if (wanted.length === 0) problems.push(...belowMinimum(summary, kind, '', minimum[kind]));
  if (values.list === true) list(kind, summary);
  if (kind === 'unit') {
    const packages = projects.filter(({ folder }) => folder.startsWith('packages/'));
    for (const { folder } of packages) problems.push(...belowMinimum(summary, kind, folder, minimum.unit));
  }
}
report(problems);

/** Runs the tests of one kind; tests that fail are the only problem then. */
async function measure(kind: Kind, isAgain = false): Promise<Summary | undefined> {
  const folder = join(root, 'tmp/coverage', kind);
  const programs = join(folder, 'programs');
  await rm(folder, { recursive: true, force: true });
  await mkdir(programs, { recursive: true });
  const args = ['run', '--passWithNoTests', '--coverage', '--coverage.reporter=json'];
  for (const { id } of projects) args.push('--project', id);
  const env = {
    ...plainEnvironment(),
    SEAWORTHY_TEST_KIND: kind,
    SEAWORTHY_CHILD_COVERAGE: programs,
    NODE_OPTIONS: `--import=${pathToFileURL(join(root, 'tools/covered/child-processes.mjs')).href}`,
  };
  const { code, output } = await runProgram(
    'vitest',
    [...args, `--coverage.reportsDirectory=${join(folder, 'report')}`],
    { env },
  );
  if (code === 0) return readSummary(root, join(folder, 'report/coverage-final.json'), readProgramRuns(root, programs));
  const crash = /exited unexpectedly with signal SIG[A-Z]+.*/.exec(output)?.[0];
  if (crash !== undefined && !isAgain) {
    console.log(`${kind} tests run once more: Node crashed (${crash})`);
    return measure(kind, true);
  }
  const failures = output.split('\n').filter((line) => !line.trimStart().startsWith('✓'));
  problems.push({ where: `${kind} tests`, message: `\n${failures.join('\n').trim()}` });
  return undefined;
}

function list(kind: Kind, summary: Summary): void {
  for (const folder of ['', ...projects.map((project) => project.folder)]) {
    const percent = percentOf(linesIn(summary, folder)).toFixed(1).padStart(5);
    console.log(`${kind.padEnd(12)}${percent} %  ${folder === '' ? 'the workspace' : folder}`);
  }
}
