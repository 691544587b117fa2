// npm test [-- <project> …] [-- <file> …] [-- --<vitest option> …]: runs the tests of every package, app and tool, from source.
// `npm test -- lifecycle` runs one package, and a word with a slash is a file or folder of tests. Options that start with a dash go
// to Vitest as they are.
// With SEAWORTHY_TEST_REPEAT=1 up to three files that failed run once more, alone; what passed only then is told by name.
// With SEAWORTHY_TEST_COVERAGE=1 the tests of all projects are measured as they run, for `npm run check:coverage`.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { forget, kinds, measurement, rememberMeasured, type Measurement } from './covered/measure.ts';
import { failures, merge, nothing, sum, tellCounts, toRepeat, type RunResult } from './test/repeat.ts';

const root = join(import.meta.dirname, '..');
const words = process.argv.slice(2);
const projects = words.filter((word) => !word.startsWith('-') && !word.includes('/'));
const paths = words.filter((word) => !word.startsWith('-') && word.includes('/'));
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
const { code, result } = isMeasured ? await runMeasured() : await runWithRepeats(() => undefined);
if (result !== undefined) tellCounts(result, process.env['SEAWORTHY_TEST_RESULT'], failures(result, root));
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
    outcomes.push(await runWithRepeats((report) => measurement(root, kind, report)));
  }
  const results = outcomes.flatMap(({ result: each }) => (each === undefined ? [] : [each]));
  const isComplete = !isStopped && results.length === kinds.length;
  // Also when a test failed: it is told already, and running everything again would tell nothing new.
  if (isComplete) await rememberMeasured(root);
  const failed = outcomes.find((outcome) => outcome.code !== 0);
  return { code: isComplete ? (failed?.code ?? 0) : 1, result: sum(results) };
}

/** Runs all tests, and once more those files of which the first run says too little. */
async function runWithRepeats(measured: (report: string) => Measurement | undefined): Promise<Outcome> {
  const first = await run([], measured('first'));
  if (isStopped || first.result === undefined) return first;
  const { crashed } = first.result;
  const repeated = process.env['SEAWORTHY_TEST_REPEAT'] === '1' ? toRepeat(first.result) : [];
  const files = [...crashed, ...repeated].map(({ file }) => file);
  if (files.length === 0) return first;
  for (const { file, signal } of crashed)
    console.error(`Node was ended by ${signal} in ${file}, which runs once more.`);
  for (const { file, names } of repeated) console.error(`Failed, and runs once more, alone: ${title(file, names)}`);
  const again = await run(files, measured('again'), ['--no-file-parallelism']);
  for (const { file, signal } of crashed) console.error(`Crashed once, by ${signal}: ${file}`);
  const second = again.result ?? { ...nothing, failed: files.length };
  for (const { file, names } of repeated)
    if (!second.broken.some((each) => each.file === file))
      console.error(`Passed only when it was repeated: ${title(file, names)}`);
  const result = merge(first.result, second, repeated);
  return { code: result.failed > 0 ? 1 : again.code, result };
}

function title(file: string, names: readonly string[]): string {
  return [relative(root, file), ...names].join(' > ');
}

/** Runs the tests, or some of their files. */
async function run(
  files: readonly string[],
  measured: Measurement | undefined,
  more: readonly string[] = [],
): Promise<Outcome> {
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
    ...more,
    ...(files.length > 0 ? files : paths),
  ];
  // Most programs that tests start are ours: what Node has made of a source once is there for the next.
  const compiled = { NODE_COMPILE_CACHE: join(folder, 'compiled') };
  const env = { ...compiled, ...process.env, SEAWORTHY_TEST_RUN: told, ...measured?.env };
  child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  const ended = await new Promise<number>((resolve) => {
    child?.once('error', () => resolve(1));
    child?.once('exit', (exitCode, signal) => resolve(signal === null ? (exitCode ?? 1) : 1));
  });
  const result = existsSync(told) ? (JSON.parse(readFileSync(told, 'utf8')) as RunResult) : undefined;
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return { code: ended, ...(result !== undefined && { result }) };
}

/** The name in the folder's Vitest configuration, if it has one. */
function projectIn(floor: string, folder: string): readonly string[] {
  const config = join(root, floor, folder, 'vitest.config.ts');
  const name = existsSync(config) ? /name: '([^']+)'/.exec(readFileSync(config, 'utf8'))?.[1] : undefined;
  return name === undefined ? [] : [name];
}
