// npm run conformance -- <package> …: the public suites a package must pass (its test/conformance), with the data from
// the folder that SEAWORTHY_CONFORMANCE_DATA names.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { keep } from './process/children.ts';
import { programScript, toolEnvironment } from './process/program.ts';
import { readProjects } from './repository/projects.ts';
import { root } from './repository/root.ts';

const suites = readProjects(root).filter(({ folder }) => existsSync(join(root, folder, 'test/conformance')));
const known = suites.map(({ id }) => id);
const wanted = process.argv.slice(2);
const chosen = wanted.length > 0 ? wanted : known;
const unknown = chosen.filter((id) => !known.includes(id));
if (unknown.length > 0) {
  console.error(
    `There are no public suites for ${unknown.join(', ')}. The packages that have some are ${known.join(', ')}.`,
  );
  process.exit(2);
}
const data = process.env['SEAWORTHY_CONFORMANCE_DATA'];
if (data === undefined || !existsSync(data)) {
  console.error(
    'SEAWORTHY_CONFORMANCE_DATA names no folder with the data of the suites, so there is nothing to run. Set it.',
  );
  process.exit(2);
}
const projects = chosen.flatMap((id) => ['--project', id]);
const child = spawn(process.execPath, [programScript('vitest'), 'run', ...projects, 'test/conformance'], {
  cwd: root,
  stdio: 'inherit',
  env: toolEnvironment(),
});
keep(child);
child.on('exit', (code) => process.exit(code ?? 1));
