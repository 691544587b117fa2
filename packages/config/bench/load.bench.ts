// What does it cost to load a configuration of thirty keys?
// Standard output carries one line of JSON for each case.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  boolean,
  defineConfig,
  detectEnvironment,
  duration,
  env,
  file,
  int,
  object,
  port,
  string,
  type Definition,
  type Shape,
} from '@seaworthy/config';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 5 : 41;
const loadsEachRound = isQuick ? 50 : 500;
const groups = ['a', 'b', 'c', 'd', 'e', 'f'];

const folder = mkdtempSync(join(tmpdir(), 'config-bench-'));
try {
  writeFileSync(join(folder, 'app.json'), JSON.stringify({ a: { port: 5 }, b: { host: 'x' } }));
  const definition = define();
  const variables = { APP_A_PORT: '9', APP_C_MS: '30s' };
  const given = [object({ a: { port: 5 }, b: { host: 'x' } }), env('APP', { variables })];
  const fromFile = [file('app.json'), env('APP', { variables })];
  tell('load from an object and variables', await medianOf(async () => definition.load(given)), 'µs');
  tell('load from a file and variables', await medianOf(async () => definition.load(fromFile, { cwd: folder })), 'µs');
  tell('import the package in a new process', importMs(), 'ms');
} finally {
  rmSync(folder, { recursive: true });
}

function define(): Definition {
  const group = (): Shape => ({
    host: string().default('localhost'),
    port: port().default(1),
    on: boolean().default(true),
    ms: duration().default('1s'),
    count: int().default(3),
  });
  const shape = Object.fromEntries(groups.map((name) => [name, group()]));
  return defineConfig(shape, { env: detectEnvironment({ env: {}, exists: () => false }) });
}

/** Microseconds for one load. */
async function medianOf(load: () => Promise<unknown>): Promise<number> {
  const samples: number[] = [];
  for (let round = -2; round < rounds; round += 1) {
    const before = cpuUs();
    for (let count = 0; count < loadsEachRound; count += 1) await load();
    if (round >= 0) samples.push((cpuUs() - before) / loadsEachRound);
  }
  return median(samples);
}

/** The time this process has had: on a shared machine the time that has passed says little. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Milliseconds that the import adds to a process that does nothing else. */
function importMs(): number {
  const program =
    "const before = process.cpuUsage(); await import('@seaworthy/config'); const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000);";
  const args = ['--conditions=@seaworthy/source', '--input-type=module', '--eval', program];
  const samples = Array.from({ length: isQuick ? 3 : 15 }, () =>
    Number(execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' })),
  );
  return median(samples);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function tell(name: string, value: number, unit: string): void {
  const line = { package: 'config', case: name, peer: null, value: Number(value.toPrecision(3)), unit, ratio: null };
  console.log(JSON.stringify({ ...line, better: 'lower', target: null, holds: true }));
}
