// npm test [-- <project> …] [-- --<vitest option> …]: runs the tests of every package, app and tool, from source.
// `npm test -- lifecycle` runs one package. Options that start with a dash go to Vitest as they are.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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

const child = spawn(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    `--reporter=${join(root, 'tools/test/reporter.ts')}`,
    ...projects.flatMap((name) => ['--project', name]),
    ...options,
  ],
  { cwd: root, stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));

/** The name in the folder's Vitest configuration, if it has one. */
function projectIn(floor: string, folder: string): readonly string[] {
  const config = join(root, floor, folder, 'vitest.config.ts');
  const name = existsSync(config) ? /name: '([^']+)'/.exec(readFileSync(config, 'utf8'))?.[1] : undefined;
  return name === undefined ? [] : [name];
}
