import { spawn, spawnSync, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

type Program = ChildProcessByStdio<null, Readable, Readable>;
/** One whose standard output is no pipe has none here. */
type AnyProgram = Pick<ChildProcess, 'once' | 'stdout' | 'stderr'>;

// Half of what a short program takes is reading its sources.
const compileCache = fileURLToPath(new URL('../../../../node_modules/.cache/seaworthy-fixtures', import.meta.url));

/** Starts a program of the fixtures, from source. */
export function start(fixture: string, args: readonly string[], nodeOptions: readonly string[] = []): Program {
  const { command, options } = commandFor(fixture, args, nodeOptions);
  return spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
}

/** Starts a program of the fixtures that is told things by its standard input. */
export function startTold(fixture: string, args: readonly string[]): ChildProcessByStdio<Writable, Readable, Readable> {
  const { command, options } = commandFor(fixture, args, []);
  return spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
}

/** Starts a program of the fixtures whose standard output is an open file. */
export function startInto(fd: number, fixture: string, args: readonly string[]): AnyProgram {
  const { command, options } = commandFor(fixture, args, []);
  return spawn(process.execPath, command, { stdio: ['ignore', fd, 'pipe'], ...options });
}

/** The command and environment for a program of the fixtures in a shell; arguments are plain words. */
export function shellCommand(
  fixture: string,
  args: readonly string[],
): { readonly command: string; readonly env: NodeJS.ProcessEnv } {
  const { command, options } = commandFor(fixture, args, []);
  return { command: [process.execPath, ...command].map((word) => `'${word}'`).join(' '), env: options.env };
}

/** Starts a program of the fixtures after a command of the shell has set its limits. */
export function startAfter(
  before: string,
  fixture: string,
  args: readonly string[],
  wrapper: readonly string[] = [],
): Program {
  const { command, env } = shellCommand(fixture, args);
  return spawn('env', [...wrapper, 'sh', '-c', `${before} && exec ${command}`], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A disk of 512 KiB at a directory, which only the program sees that mounts it, and which goes with it. */
export interface SmallDisk {
  readonly mount: string;
  readonly wrapper: readonly string[];
  /** Why there is none. */
  readonly problem: string | undefined;
}

export function smallDisk(directory: string): SmallDisk {
  const mount = `mount -t tmpfs -o size=512k tmpfs '${directory}'`;
  const wrapper = ['unshare', '--map-root-user', '--mount'];
  const { status, error, stderr } = spawnSync('env', [...wrapper, 'sh', '-c', mount], { encoding: 'utf8' });
  const problem = status === 0 ? undefined : `a disk of its own cannot be mounted here: ${error?.message ?? stderr}`;
  return { mount, wrapper, problem };
}

function commandFor(fixture: string, args: readonly string[], nodeOptions: readonly string[]) {
  const path = fileURLToPath(new URL(`../fixtures/${fixture}.ts`, import.meta.url));
  const flags = ['--conditions=@seaworthy/source', '--disable-warning=ExperimentalWarning'];
  const env = { ...process.env, LOG_LEVEL: '', NODE_OPTIONS: '', NODE_COMPILE_CACHE: compileCache };
  return { command: [...flags, ...nodeOptions, path, ...args], options: { env } };
}

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
}

/** Reads a program to its end. */
export function finish(program: AnyProgram): Promise<Finished> {
  return finishWith(program, text);
}

/** Reads a program to its end, with a rest before each part of its output. */
export function finishSlowly(program: Program): Promise<Finished> {
  return finishWith(program, slowText);
}

async function finishWith(program: AnyProgram, read: (stream: Readable) => Promise<string>): Promise<Finished> {
  const exit = new Promise<[number | null, string | null]>((resolve) => {
    program.once('close', (...ending) => resolve(ending));
  });
  const [stdout, stderr] = await Promise.all([
    program.stdout && !program.stdout.destroyed ? read(program.stdout) : '',
    program.stderr ? text(program.stderr) : '',
  ]);
  const [code, signal] = await exit;
  return { stdout, stderr, code, signal };
}

async function slowText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  // The program finds its pipe full: nobody reads until it has written what fits.
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    await wait(20);
  }
  return String(Buffer.concat(chunks));
}

/** The `index` of every record; a line that is not a whole record throws. */
export function indexesOf(lines: string): unknown[] {
  const all = lines.split('\n');
  if (all.pop() !== '') throw new TypeError('The last line is cut off.');
  return all.map((line) => (JSON.parse(line) as { index?: unknown }).index);
}
