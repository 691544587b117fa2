// npm run bench -- <package> [--case <part of a file's name>] [--packages <n>] [--quick] [--json] [--baseline]: runs the
// benchmarks of a package against its peers, or against its last release. Exits with 1 when a case does not hold, and with 2 when it could not be asked.
import { parseArgs } from 'node:util';
import { exitCode, isSeaworthyError } from '@seaworthy/errors';
import { comparisonTable, compare, installBaseline } from './bench/baseline.ts';
import { runBenchmarks, type BenchOptions } from './bench/run.ts';
import { resultTable } from './bench/table.ts';
import { problemsOfTargets } from './check/targets.ts';
import { ToolErrors } from './errors.ts';
import { readProjects, type Project } from './repository/projects.ts';
import { root } from './repository/root.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    baseline: { type: 'boolean' },
    case: { type: 'string' },
    packages: { type: 'string' },
  },
});

try {
  const project = projectNamed(positionals[0] ?? '');
  await build(project);
  const { case: only, packages } = values;
  const args = packages === undefined ? [] : [`--packages=${packages}`];
  const options: BenchOptions = { quick: values.quick === true, args, ...(only !== undefined && { only }) };
  const holds =
    values.baseline === true ? await againstRelease(project, options) : await againstPeers(project, options);
  process.exitCode = holds ? 0 : 1;
} catch (error) {
  if (!isSeaworthyError(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = exitCode(error);
}

async function againstPeers(project: Project, options: BenchOptions): Promise<boolean> {
  const results = await runBenchmarks(root, project, options);
  console.log(values.json === true ? results.map((result) => JSON.stringify(result)).join('\n') : resultTable(results));
  return results.every(({ holds }) => holds);
}

async function againstRelease(project: Project, options: BenchOptions): Promise<boolean> {
  const { version, preload, env } = await installBaseline(root, project);
  const before = await runBenchmarks(root, project, { ...options, preload, env });
  const now = await runBenchmarks(root, project, options);
  const comparisons = compare(now, before, options.quick === true ? 1.5 : 1.25);
  const lines = comparisons.map((comparison) => JSON.stringify({ package: project.name, version, ...comparison }));
  console.log(values.json === true ? lines.join('\n') : comparisonTable(comparisons, version));
  return comparisons.every(({ holds }) => holds);
}

/** What is measured as users import it is built from the sources of now. */
async function build(project: Project): Promise<void> {
  const [problem] = await problemsOfTargets(['build'], [project.id]);
  if (problem !== undefined) throw new ToolErrors.NOT_BUILT({ package: project.name, output: problem.message.trim() });
}

function projectNamed(id: string): Project {
  const projects = readProjects(root);
  const found = projects.find((project) => project.id === id || project.name === id);
  if (found) return found;
  throw new ToolErrors.UNKNOWN_PACKAGE({ package: `"${id}"`, known: projects.map((project) => project.id).join(', ') });
}
