// npm run conformance [-- <package> …] [--json]: the public suites a package must pass (its test/conformance). One file is
// one suite; data that no npm package has is read from the folder that SEAWORTHY_CONFORMANCE_DATA names.
// Exits with 1 when a case failed, and with 2 when it could not be asked. A suite without data is told as not run.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { suiteLine, type SuiteResult } from './conformance/result.ts';
import { keep } from './process/children.ts';
import { programScript, toolEnvironment } from './process/program.ts';
import { readProjects } from './repository/projects.ts';
import { root } from './repository/root.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
const known = readProjects(root)
  .filter(({ folder }) => existsSync(join(root, folder, 'test/conformance')))
  .map(({ id }) => id);
const chosen = positionals.length > 0 ? positionals : known;
const unknown = chosen.filter((id) => !known.includes(id));
if (unknown.length > 0) {
  console.error(
    `There are no public suites for ${unknown.join(', ')}. The packages that have some are ${known.join(', ')}.`,
  );
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'seaworthy-conformance-'));
try {
  const file = join(folder, 'results.jsonl');
  const code = await runSuites(chosen, file);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const results = lines.map((line): SuiteResult => JSON.parse(line));
  for (const result of results) console.log(values.json === true ? JSON.stringify(result) : suiteLine(result));
  process.exitCode = code === 0 && results.length > 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Standard output is for the results alone; what the test runner says goes to standard error. */
function runSuites(packages: readonly string[], file: string): Promise<number> {
  const projects = packages.flatMap((id) => ['--project', id]);
  const reporters = ['default', join(root, 'tools/conformance/reporter.ts')].flatMap((name) => ['--reporter', name]);
  const child = spawn(
    process.execPath,
    [programScript('vitest'), 'run', ...projects, ...reporters, 'test/conformance'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
      env: { ...toolEnvironment(), SEAWORTHY_CONFORMANCE_RESULT: file },
    },
  );
  keep(child);
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
