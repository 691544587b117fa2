// A watch over files that are written, broken, renamed and deleted for minutes: its last report has to be that of an audit that begins
// afresh, and it may hold no more memory, files and threads at the end than it did after its first rounds. One line for each fault.
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const minutes = Number(process.argv[2] ?? 1);
const program = ['--conditions=@seaworthy/source', fileURLToPath(new URL('../src/main.ts', import.meta.url)), 'audit'];
const root = mkdtempSync(join(tmpdir(), 'seaworthy-soak-'));
const texts = ['try { f(); } catch (e) {}\n', 'debugger;\n', 'let = = ;\n', 'fine();\n', ''];
const roundsBeforeMeasuring = 10;
const settleMs = 10_000;

interface Held {
  readonly megabytes: number;
  readonly files: number;
  readonly threads: number;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)]!;
}

function change(): void {
  const [from, to] = [
    `src/d${pick([1, 2, 3])}/f${pick([1, 2, 3, 4])}.js`,
    `src/d${pick([1, 2, 3])}/f${pick([1, 2, 3, 4])}.js`,
  ];
  const kind = pick(['write', 'write', 'rename', 'delete', 'directory']);
  if (kind === 'write') write(from, pick(texts));
  else if (kind === 'directory') rmSync(join(root, dirname(from)), { recursive: true, force: true });
  else if (existsSync(join(root, from))) {
    if (kind === 'delete') rmSync(join(root, from));
    else {
      mkdirSync(dirname(join(root, to)), { recursive: true });
      renameSync(join(root, from), join(root, to));
    }
  }
}

/** What the process holds, where the system says it. */
function held(pid: number): Held | undefined {
  if (!existsSync(`/proc/${pid}/status`)) return undefined;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const amount = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return {
    megabytes: amount('VmRSS') / 1024,
    files: readdirSync(`/proc/${pid}/fd`).length,
    threads: amount('Threads'),
  };
}

/** The report of an audit that knows nothing, on one line. */
function afresh(): string {
  const { stdout } = spawnSync(process.execPath, [...program, '--format', 'json'], { cwd: root, encoding: 'utf8' });
  return JSON.stringify(JSON.parse(stdout));
}

write('package.json', '{ "name": "soak" }');
write('src/d1/f1.js', texts[0]!);
const child = spawn(process.execPath, [...program, '--watch', '--format', 'json'], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
});
let last = '';
let rounds = 0;
createInterface({ input: child.stdout }).on('line', (line) => {
  last = line;
  rounds += 1;
});
const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));

/** Waits until the watch says what an audit says. */
async function agrees(): Promise<boolean> {
  const expected = afresh();
  for (const startedAt = performance.now(); performance.now() - startedAt < settleMs; await pause(100)) {
    if (last === expected) return true;
  }
  return false;
}

try {
  const until = Date.now() + minutes * 60_000;
  let first: Held | undefined;
  while (Date.now() < until && child.exitCode === null) {
    for (let amount = pick([1, 1, 3, 20]); amount > 0; amount -= 1) change();
    if (!(await agrees())) console.log(`after ${rounds} rounds the watch does not say what an audit says`);
    if (rounds >= roundsBeforeMeasuring) first ??= held(child.pid!);
  }
  const after = held(child.pid!);
  if (child.exitCode !== null) console.log(`the watch ended by itself with ${child.exitCode}`);
  else if (first === undefined || after === undefined)
    console.error('What the process holds was not measured: too few rounds, or no /proc.');
  else {
    if (after.files > first.files + 4) console.log(`open files grew from ${first.files} to ${after.files}`);
    if (after.threads > first.threads + 2) console.log(`threads grew from ${first.threads} to ${after.threads}`);
    if (after.megabytes > first.megabytes * 1.5 + 50)
      console.log(`memory grew from ${first.megabytes} to ${after.megabytes} MB`);
    console.error(`${rounds} rounds; ${JSON.stringify({ first, after })}`);
  }
  child.kill('SIGINT');
  const code = await ended;
  if (code !== 130) console.log(`Ctrl-C ended the watch with ${code}`);
} finally {
  child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
}
