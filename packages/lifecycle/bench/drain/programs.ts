// Child programs that never outlive the harness.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ClientReport, ClientSettings, ServerSettings } from './protocol.ts';

const startMs = 20_000;
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** A program under way. */
export interface Program {
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code; null when it had to be killed. */
  ended(withinMs: number): Promise<number | null>;
  /** The first line it prints that satisfies. */
  line(is: (text: string) => boolean, withinMs?: number): Promise<string>;
  endInput(): void;
}

/** Starts any program. */
export function startProgram(command: string, args: readonly string[]): Program {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  running.add(child);
  let out = '';
  let err = '';
  let look = (): void => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin.on('error', () => {});
  child.on('error', (error) => (err += error.message));
  const closed = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      running.delete(child);
      resolve(code);
      look();
    }),
  );
  return {
    kill: (signal) => void child.kill(signal),
    endInput: () => child.stdin.end(),
    async ended(withinMs) {
      const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
      const code = await closed;
      clearTimeout(timer);
      return code;
    },
    line(is, withinMs = startMs) {
      return new Promise((resolve, reject) => {
        const fail = (): void =>
          reject(new Error(`${command} ${args.at(-1)} did not say what was expected: ${out}${err}`));
        const timer = setTimeout(fail, withinMs);
        look = () => {
          const found = out.split('\n').slice(0, -1).find(is);
          if (found === undefined && child.exitCode === null) return;
          clearTimeout(timer);
          if (found === undefined) fail();
          else resolve(found);
        };
        look();
      });
    },
  };
}

function startScript(script: URL, settings: object): Program {
  const path = fileURLToPath(script);
  return startProgram(process.execPath, ['--conditions=@seaworthy/source', path, JSON.stringify(settings)]);
}

/** Starts a server of one side and waits until it listens. */
export async function startServer(settings: ServerSettings): Promise<{ program: Program; port: number }> {
  const program = startScript(new URL('./server.ts', import.meta.url), settings);
  const { port } = JSON.parse(await program.line((text) => text.startsWith('{"port"'))) as { port: number };
  return { program, port };
}

/** Starts the load and waits until every connection has had an answer. */
export async function startClient(settings: ClientSettings): Promise<{ program: Program; report: ReportOf }> {
  const program = startScript(new URL('./client.ts', import.meta.url), settings);
  await program.line((text) => text === 'begun');
  return {
    program,
    async report(withinMs) {
      const text = await program.line((line) => line.startsWith('{"outcomes"'), withinMs);
      await program.ended(1_000);
      return JSON.parse(text) as ClientReport;
    },
  };
}

type ReportOf = (withinMs: number) => Promise<ClientReport>;

/** Resolves after a time. */
export async function after(ms: number): Promise<void> {
  await once(AbortSignal.timeout(ms), 'abort');
}
