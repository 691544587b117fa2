import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { plainEnvironment } from '../../../process/program.ts';
import { root } from '../../../repository/root.ts';

const main = join(root, 'apps/server/src/main.ts');

export interface RunningServer {
  readonly url: string;
  readonly management: string;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** The server as a process of its own, on free ports, with its data in this folder. */
export async function startServer(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const variables = { PORT: '0', SEAWORTHY_MANAGEMENT_PORT: '0', SEAWORTHY_DATA_DIR: dataDir, ...settings };
  const child = spawn(process.execPath, ['--conditions=@seaworthy/source', main], {
    cwd: dataDir,
    env: { ...plainEnvironment(), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const killAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const [url, management] = await addressesIn(child);
  return {
    url,
    management,
    async end(signal) {
      child.kill(signal);
      await closed;
      process.off('exit', killAtExit);
    },
  };
}

/** Both addresses, as the log names them; rejects with all that was said when the server ends before or takes a minute. */
function addressesIn(child: ChildProcess): Promise<readonly [url: string, management: string]> {
  let output = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`the server ${why}:\n${output}`));
    const timer = setTimeout(() => fail('did not start within a minute'), 60_000);
    child.once('close', (code) => fail(`ended with ${code}`));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const [, url, management] = /"url":"(http:[^"]+)","management":"(http:[^"]+)"/.exec(output) ?? [];
        if (url === undefined || management === undefined) return;
        clearTimeout(timer);
        resolve([url, management]);
      });
    }
  });
}
