import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ToolErrors } from '../errors.ts';
import { plainEnvironment } from '../process/program.ts';
import { run } from '../process/run.ts';
import type { Project } from '../repository/projects.ts';
import { parseResult, type Result } from './result.ts';

export interface BenchOptions {
  /** Shorter runs, for looking whether a benchmark works. */
  readonly quick?: boolean;
  /** Only the files with this in their names. @default all */
  readonly only?: string;
  /** For the benchmarks themselves. */
  readonly args?: readonly string[];
  /** A module that Node loads before the benchmark. */
  readonly preload?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs every benchmark of a package, one after the other: side by side they would measure each other. */
export async function runBenchmarks(
  root: string,
  project: Project,
  options: BenchOptions = {},
): Promise<readonly Result[]> {
  const all = globSync(`${project.folder}/bench/*.bench.ts`, { cwd: root }).toSorted();
  const files = all.filter((file) => basename(file).includes(options.only ?? ''));
  if (files.length === 0) throw new ToolErrors.NO_BENCHMARK({ package: project.name, folder: project.folder });
  const results: Result[] = [];
  for (const file of files) results.push(...(await runFile(root, file, options)));
  return results;
}

async function runFile(root: string, file: string, options: BenchOptions): Promise<readonly Result[]> {
  const { quick = false, preload, env, args: more = [] } = options;
  const args = [
    '--conditions=@seaworthy/source',
    '--expose-gc',
    ...(preload ? [`--import=${preload}`] : []),
    join(root, file),
  ];
  const { code, stdout, output } = await run(process.execPath, [...args, ...more, ...(quick ? ['--quick'] : [])], {
    cwd: root,
    env: { ...plainEnvironment(), ...env },
    timeoutMs: 30 * 60_000,
  });
  const results = stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => resultOf(file, line));
  // A benchmark may also end with a code of its own when a case does not hold; that is in its results.
  if (results.length > 0 && (code === 0 || results.some(({ holds }) => !holds))) return results;
  throw new ToolErrors.BENCHMARK_FAILED({ file, exitCode: code, output: output.trim() });
}

function resultOf(file: string, line: string): Result {
  const parsed = parseResult(line);
  if ('problem' in parsed) throw new ToolErrors.BAD_RESULT({ file, line, problem: parsed.problem });
  return parsed.result;
}
