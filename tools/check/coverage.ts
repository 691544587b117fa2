// npm run check:coverage [-- <package> …] [--list]: unit tests run over 80 % of the lines of the workspace and of each
// package, integration tests over 60 % of the workspace. They are measured apart: a line that only the start of a server
// reaches has no unit test. What a test starts as a program of its own counts as much as what it calls.
// `npm test` has measured already when SEAWORTHY_TEST_COVERAGE asked it to and no file has changed since.
import { parseArgs } from 'node:util';
import { forget, isMeasured, kinds, measurement, readMeasured, type Kind } from '../covered/measure.ts';
import { belowMinimum, linesIn, percentOf, type Summary } from '../covered/summary.ts';
import { plainEnvironment, runProgram } from '../process/program.ts';
import { readProjects } from '../repository/projects.ts';
import { root } from '../repository/root.ts';
import { report, type Problem } from './problem.ts';

const minimum: Readonly<Record<Kind, number>> = { unit: 80, integration: 60 };

const { values, positionals: wanted } = parseArgs({ allowPositionals: true, options: { list: { type: 'boolean' } } });
const projects = readProjects(root).filter(({ id }) => wanted.length === 0 || wanted.includes(id));
const problems: Problem[] = [];

const wasMeasured = await isMeasured(root);
for (const kind of kinds) {
  const summary = wasMeasured ? readMeasured(root, kind) : await measure(kind);
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
  forget(root, kind);
  const { args, env } = measurement(root, kind);
  const { code, output } = await runProgram(
    'vitest',
    ['run', ...args, ...projects.flatMap(({ id }) => ['--project', id])],
    { env: { ...plainEnvironment(), ...env }, timeoutMs: 20 * 60_000 },
  );
  if (code === 0) return readMeasured(root, kind);
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
