// npm run new:package -- <name> --description "…", npm run new:rule -- <name>, npm run new:adr -- "<title>":
// starts one of the generators of tools/workspace with Nx, which writes all files or none.
import { spawnSync } from 'node:child_process';
import { programScript, toolEnvironment } from './process/program.ts';
import { root } from './repository/root.ts';

const [generator = '', ...args] = process.argv.slice(2);
const generators = ['package', 'rule', 'adr'];
if (!generators.includes(generator)) {
  console.error(`There is no generator named "${generator}". The generators are ${generators.join(', ')}.`);
  process.exit(2);
}
const command = [programScript('nx'), 'generate', `./tools/workspace/generators.json:${generator}`, ...args];
const { status, error } = spawnSync(process.execPath, command, {
  cwd: root,
  stdio: 'inherit',
  env: { ...toolEnvironment(), NX_INTERACTIVE: process.stdin.isTTY ? undefined : 'false' },
});
if (error) throw error;
process.exitCode = status ?? 1;
