// npm test [-- <project> …] [-- --<vitest option> …]: runs the tests of every package, app and tool, from source.
// `npm test -- lifecycle` runs one package. Options that start with a dash go to Vitest as they are.
// With SEAWORTHY_TEST_COVERAGE=1 the tests of all projects are measured as they run, for `npm run check:coverage`.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forget, kinds, measurement, rememberMeasured, type Measurement } from './covered/measure.ts';
import { merge, sum, tellCounts, type RunResult } from './test/crashes.ts';

const root = join(import.meta.dirname, '..');
const words = process.argv.slice(2);
const projects = words.filter((word) => !word.startsWith('-'));
const options = words.filter((word) => word.startsWith('-'));

const known = ['packages', 'apps', 'tools'].flatMap((floor) =>
  readdirSync(join(root, floor)).flatMap((name) => projectIn(floor, name)),
);
const unknown = projects.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no project with tests named ${unknown.join(', ')}. The projects are ${known.join(', ')}.`);
  process.exit(2);
}

let child: ChildProcess | undefined;
let isStopped = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    isStopped = true;
    child?.kill(signal);
  });
}

const isMeasured = process.env['SEAWORTHY_TEST_COVERAGE'] === '1' && words.length === 0;
const { code, result } = isMeasured ? await runMeasured() : await runWithCrashes(() => undefined);
if (result !== undefined) tellCounts(result, process.env['SEAWORTHY_TEST_RESULT']);
process.exit(code);

interface Outcome {
  readonly code: number;
  readonly result?: RunResult;
}

/** Unit and integration tests one after the other, since their coverage is read apart. */
async function runMeasured(): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (const kind of kinds) {
    if (isStopped) break;
    forget(root, kind);
    outcomes.push(await runWithCrashes((report) => measurement(root, kind, report)));
  }
  const results = outcomes.flatMap(({ result: each }) => (each === undefined ? [] : [each]));
  const isComplete = !isStopped && results.length === kinds.length;
  // Also when a test failed: it is told already, and running everything again would tell nothing new.
  if (isComplete) await rememberMeasured(root);
  const failed = outcomes.find((outcome) => outcome.code !== 0);
  return { code: isComplete ? (failed?.code ?? 0) : 1, result: sum(results) };
}

/** Runs all tests, and files whose process was ended by a signal once more. */
async function runWithCrashes(measured: (report: string) => Measurement | undefined): Promise<Outcome> {
  const first = await run([], measured('first'));
  const crashed = first.result?.crashed ?? [];
  if (isStopped || first.result === undefined || crashed.length === 0) return first;
  for (const { file, signal } of crashed)
    console.error(`Node was ended by ${signal} in ${file}, which runs once more.`);
  const again = await run(
    crashed.map(({ file }) => file),
    measured('again'),
  );
  for (const { file, signal } of crashed) console.error(`Crashed once, by ${signal}: ${file}`);
  const nothing = { passed: 0, failed: crashed.length, skipped: 0, crashed: [] };
  return { code: first.result.failed > 0 ? 1 : again.code, result: merge(first.result, again.result ?? nothing) };
}

/** Runs the tests, or some of their files. */
async function run(files: readonly string[], measured: Measurement | undefined): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-tests-'));
  const told = join(folder, 'run.json');
  const args = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    `--reporter=${join(root, 'tools/test/reporter.ts')}`,
    ...projects.flatMap((name) => ['--project', name]),
    ...(measured?.args ?? []),
    ...options,
    ...files,
  ];
  const env = { ...process.env, SEAWORTHY_TEST_RUN: told, ...measured?.env };
  child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  const ended = await new Promise<number>((resolve) => {
    child?.once('error', () => resolve(1));
    child?.once('exit', (exitCode, signal) => resolve(signal === null ? (exitCode ?? 1) : 1));
  });
  const result = existsSync(told) ? (JSON.parse(readFileSync(told, 'utf8')) as RunResult) : undefined;
  rmSync(folder, { recursive: true });
  return { code: ended, ...(result !== undefined && { result }) };
}

/** The name in the folder's Vitest configuration, if it has one. */
function projectIn(floor: string, folder: string): readonly string[] {
  const config = join(root, floor, folder, 'vitest.config.ts');
  const name = existsSync(config) ? /name: '([^']+)'/.exec(readFileSync(config, 'utf8'))?.[1] : undefined;
  return name === undefined ? [] : [name];
}
