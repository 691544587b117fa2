import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
  readonly durationMs: number;
}

export interface Child extends AsyncDisposable {
  /** Resolves when standard output contains the text. */
  said(text: string): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Stops reading what the program writes, as a reader that went away. */
  closePipe(stream: 'stdout' | 'stderr'): void;
  readonly exited: Promise<Exit>;
}

/** Starts a program of `test/fixtures` from source. */
export function startProgram(name: string, settings: object, environment: NodeJS.ProcessEnv = {}): Child {
  const path = fileURLToPath(new URL(`../fixtures/${name}.ts`, import.meta.url));
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--conditions=@seaworthy/source', path, JSON.stringify(settings)], {
    env: { ...process.env, ...environment },
  });
  let out = '';
  let err = '';
  const look = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const waiter of look) waiter();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) =>
      resolve({ code, signal, out, err, durationMs: performance.now() - startedAt }),
    );
  });
  return {
    exited,
    kill: (signal) => void child.kill(signal),
    closePipe: (stream) => void child[stream].destroy(),
    said(text) {
      const found = new Promise<string>((resolve) => {
        const waiter = (): void => {
          if (!out.includes(text)) return;
          look.delete(waiter);
          resolve(out);
        };
        look.add(waiter);
        waiter();
      });
      const ended = exited.then((exit) => {
        if (exit.out.includes(text)) return exit.out;
        throw new Error(`The program ended (${exit.code}) without saying "${text}": ${exit.out}${exit.err}`);
      });
      return Promise.race([found, ended]);
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
