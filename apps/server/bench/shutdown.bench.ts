// Does a shutdown lose a request? 50 keep-alive connections ask without a pause, SIGTERM comes after two seconds, five
// times; every request that the server accepted must have its whole answer. Each run is told on standard error.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { startLoad } from '../test/support/keep-alive-client.ts';

const runs = process.argv.includes('--quick') ? 1 : 5;
const connections = 50;
const signalAfterMs = 2_000;
const main = join(import.meta.dirname, '../src/main.ts');

interface Run {
  readonly answered: number;
  readonly resets: number;
  readonly truncated: number;
  readonly serverErrors: number;
  readonly other: number;
  readonly drainMs: number;
  readonly exitCode: number | null;
}

const results: Run[] = [];
for (let index = 0; index < runs; index += 1) {
  const run = await runOnce();
  console.error(JSON.stringify(run));
  results.push(run);
}
for (const name of ['resets', 'truncated', 'serverErrors', 'other'] as const) {
  const value = results.reduce((sum, run) => sum + run[name], 0);
  tell(`${name} in ${runs} shutdowns under ${connections} connections`, value, 'requests');
}
tell('exit codes other than 0', results.filter(({ exitCode }) => exitCode !== 0).length, 'runs');

function tell(name: string, value: number, unit: string): void {
  const alone = { peer: null, ratio: null, better: 'lower', target: 0 };
  console.log(JSON.stringify({ package: 'server', case: name, value, unit, ...alone, holds: value === 0 }));
  if (value > 0) process.exitCode = 1;
}

async function runOnce(): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-shutdown-'));
  const child = spawn(process.execPath, ['--conditions=@seaworthy/source', main], {
    cwd: folder,
    env: { ...process.env, PORT: '0', SEAWORTHY_MANAGEMENT_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const load = startLoad(await urlIn(child.stdout), connections);
    child.stdout.resume();
    await wait(signalAfterMs);
    const signalledAt = performance.now();
    child.kill('SIGTERM');
    const [[exitCode], { answered, lost }] = await Promise.all([once(child, 'exit'), load.finished]);
    const drainMs = Math.round(performance.now() - signalledAt);
    return { answered, ...byKind(lost), drainMs, exitCode: exitCode as number | null };
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

function byKind(lost: readonly string[]): Pick<Run, 'resets' | 'truncated' | 'serverErrors' | 'other'> {
  const count = (kind: RegExp): number => lost.filter((reason) => kind.test(reason)).length;
  const resets = count(/^(ECONNRESET|EPIPE)$/);
  const truncated = count(/truncated|bytes$/);
  const serverErrors = count(/^status 5/);
  return { resets, truncated, serverErrors, other: lost.length - resets - truncated - serverErrors };
}

/** The address that the log names when the server has started. */
async function urlIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const url = /"url":"(http:[^"]+)"/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new TypeError('The server ended before it listened.');
}
