// npm start: starts the server on its embedded database, audits this repository and the bundled faulty example, sends
// both reports to it and prints `Dashboard: <url>`. Progress goes to standard error. Ctrl-C or SIGTERM ends everything.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { exitCode, isSeaworthyError, toTerminal } from '@seaworthy/errors';
import { LifecycleErrors } from '@seaworthy/lifecycle';
import { file } from '@seaworthy/logger';
import { startServer } from '../apps/server/src/compose.ts';
import { loadSettings } from '../apps/server/src/settings.ts';

const root = join(import.meta.dirname, '..');
const reports = join(root, '.seaworthy', 'reports');
const targets = [
  { name: 'this repository', folder: root, output: 'repository.json' },
  { name: 'the faulty example', folder: join(root, 'apps/cli/examples/faulty-service'), output: 'faulty-service.json' },
];

try {
  await start();
} catch (error) {
  const failure: unknown = LifecycleErrors.START_FAILED.is(error) ? error.cause : error;
  // A stack helps with what nobody foresaw; a coded error says itself what to do.
  console.error(toTerminal(failure, { stack: !isSeaworthyError(failure) }));
  process.exit(exitCode(failure));
}

async function start(): Promise<void> {
  say('Starting the server.');
  const config = await loadSettings({
    variables: { SEAWORTHY_SHUTDOWN_IDLE: 'prompt', ...process.env },
    args: process.argv.slice(2),
    cwd: root,
  });
  // The log of a first look goes to a file, so that the terminal shows what the reader came for.
  const server = await startServer(config, { sinks: [file({ path: join(root, '.seaworthy', 'server.log') })] });
  mkdirSync(reports, { recursive: true });
  const { signal } = server.life;
  const token = config.value.pushToken?.reveal();
  for (const { name, folder, output } of targets) {
    if (signal.aborted) return;
    say(`Auditing ${name}.`);
    const report = join(reports, output);
    await seaworthy(['audit', folder, '--format', 'json', '--output', report, '--fail-on', 'never'], signal);
    await seaworthy(['report', 'push', report, '--url', server.url], signal, token);
  }
  if (signal.aborted) return;
  say(`Everything is running; Ctrl-C ends it. Health, metrics and log levels: ${server.managementUrl}`);
  console.log(`Dashboard: ${server.url}`);
}

/** Runs the command line as its own process; ends it when the server is told to stop. */
function seaworthy(words: readonly string[], signal: AbortSignal, token?: string): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      ['--conditions=@seaworthy/source', join(root, 'apps/cli/src/main.ts'), ...words],
      {
        cwd: root,
        // Its result is not ours to print: standard output carries the one line with the address.
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, ...(token === undefined ? {} : { SEAWORTHY_PUSH_TOKEN: token }) },
      },
    );
    const stop = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    child.once('close', (code) => {
      signal.removeEventListener('abort', stop);
      if (code !== 0 && !signal.aborted)
        say(`"seaworthy ${words.slice(0, 2).join(' ')}" ended with ${describe(child)}.`);
      resolve();
    });
  });
}

function describe({ exitCode: code, signalCode }: ChildProcess): string {
  return signalCode === null ? `exit code ${code}` : `signal ${signalCode}`;
}

function say(text: string): void {
  console.error(text);
}
