// node tools/run.mjs <script.ts> [argument …]: installs what is missing, then runs the script on the pinned Node.
// One process in between instead of an npm pre-script: it works under ignore-scripts, and a shell that has already
// remembered the system's Node cannot pick the wrong one.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { environment, findNode, install, root } from './setup.mjs';

const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  console.error('Usage: node tools/run.mjs <script.ts> [argument …]');
  process.exit(2);
}
install();

// SEAWORTHY_NODE runs the script on another Node (the CI matrix sets it: npm would find the pinned one first).
const node = process.env['SEAWORTHY_NODE'] ?? findNode();
const child = spawn(node, ['--conditions=@seaworthy/source', join(root, script), ...args], {
  stdio: 'inherit',
  env: { ...environment(), SEAWORTHY_CWD: process.env['INIT_CWD'] ?? process.cwd() },
});

let told = false;
const tell = (signal) => {
  told = true;
  child.kill(signal);
};
// A terminal sends Ctrl-C to every process of the group, so the child has it already: passing it on would make
// it the second signal, which forces. Without a terminal nobody else tells the child.
process.on('SIGINT', () => {
  if (process.stdin.isTTY === true) told = true;
  else tell('SIGINT');
});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => tell(signal));

// npm passes a signal to the shell that it runs scripts in, and a shell that does not replace itself by its last command
// (dash) dies of it without telling anybody. Its end shows as a new parent.
if (process.env['npm_lifecycle_event'] !== undefined) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && !told) tell('SIGTERM');
  }, 100).unref();
}

child.on('error', (error) => {
  console.error(`Could not start ${node}: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  const numbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };
  process.exit(128 + (numbers[signal] ?? 0));
});
