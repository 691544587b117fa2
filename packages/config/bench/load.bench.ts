// What does it cost to load a configuration of thirty keys: in a new process, from the import to the first value, and
// again in a process that is warm? Standard output carries one line of JSON for each case and peer.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ours, peers, type Loads, type Subject } from './subjects.ts';

const isQuick = process.argv.includes('--quick');
const subjects = [ours, ...peers];
const variables = { APP_A_PORT: '9', APP_C_MS: '30000', APP_F_ON: 'false' };
useSameEnvironment();
const packageFolder = join(import.meta.dirname, '..');

const folder = mkdtempSync(join(tmpdir(), 'config-bench-'));
try {
  writeFiles();
  for (const { name, gives, lacks = '' } of subjects) console.error(`${name}: ${gives}. ${lacks}`);
  report('new process: import, define, load', 'cold', cold(isQuick ? 5 : 31), 'ms');
  const rounds = isQuick ? 5 : 61;
  report('warm: load', 'warm', await warm(rounds, ({ load, loadAgain = load }) => loadAgain), 'µs');
  report('warm: define, load', 'told', await warm(rounds, ({ load }) => load), 'µs');
} finally {
  rmSync(folder, { recursive: true });
}

/**
 * Thirty variables, as many as there are keys, whoever starts this: npm alone adds forty, and who lists the names of all, to
 * find mistyped ones, pays for each.
 */
function useSameEnvironment(): void {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'SystemRoot'];
  for (const name of Object.keys(process.env)) if (!kept.includes(name)) delete process.env[name];
  Object.assign(process.env, variables);
  for (let count = Object.keys(process.env).length; count < 30; count += 1) {
    process.env[`SERVICE_${count}_SERVICE_HOST`] = `10.0.0.${count}`;
  }
}

function writeFiles(): void {
  const values = { a: { port: 5, host: 'x' }, b: { host: 'y', count: 7 }, c: { on: false }, d: { ms: 10 } };
  writeFileSync(join(folder, 'app.json'), JSON.stringify(values, undefined, 2));
  const nodeConfig = join(folder, 'node-config');
  mkdirSync(nodeConfig);
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const group = { host: 'localhost', port: 1, on: true, ms: 1000, count: 3 };
  const bound = (name: string): object =>
    Object.fromEntries(Object.keys(group).map((key) => [key, `APP_${name}_${key}`.toUpperCase()]));
  const write = (file: string, value: object): void => writeFileSync(join(nodeConfig, file), JSON.stringify(value));
  write('default.json', Object.fromEntries(names.map((name) => [name, group])));
  write('development.json', values);
  write('custom-environment-variables.json', Object.fromEntries(names.map((name) => [name, bound(name)])));
}

type Samples = ReadonlyMap<Subject, number[]>;

function noSamples(): Samples {
  return new Map(subjects.map((subject) => [subject, []]));
}

/** Milliseconds from before the import to the first value, each in a process of its own, with the package as it is published. */
function cold(rounds: number): Samples {
  if (!existsSync(join(packageFolder, 'dist/index.js'))) {
    throw new Error('The package is not built. Run `npm run build` first: this measures what users get.');
  }
  const samples = noSamples();
  for (let round = -1; round < rounds; round += 1) {
    for (const subject of rotated(round)) {
      const ms = startOnce(subject);
      // The first round fills the caches of the file system.
      if (round >= 0) samples.get(subject)?.push(ms);
    }
  }
  return samples;
}

function startOnce({ prepare }: Subject): number {
  const program = `
    const prepare = ${prepare.toString()};
    const startedAt = performance.now();
    const { load } = await prepare(${JSON.stringify(folder)});
    await load();
    console.log(performance.now() - startedAt);`;
  const args = ['--input-type=module', '--eval', program];
  return Number(execFileSync(process.execPath, args, { cwd: packageFolder, encoding: 'utf8' }));
}

/** Microseconds of processor time for one load, in turns. */
async function warm(rounds: number, choose: (loads: Loads) => () => unknown): Promise<Samples> {
  const loads = new Map<Subject, () => unknown>();
  for (const subject of subjects) loads.set(subject, choose(await subject.prepare(folder)));
  const samples = noSamples();
  const count = isQuick ? 50 : 100;
  for (let round = -10; round < rounds; round += 1) {
    for (const subject of rotated(round)) {
      const load = loads.get(subject) ?? (() => undefined);
      const before = process.cpuUsage();
      for (let index = 0; index < count; index += 1) await load();
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) samples.get(subject)?.push((user + system) / count);
    }
  }
  return samples;
}

/** Each round begins with another side, so that none always runs after the same one. */
function rotated(round: number): readonly Subject[] {
  const start = ((round % subjects.length) + subjects.length) % subjects.length;
  return [...subjects.slice(start), ...subjects.slice(0, start)];
}

function report(name: string, kind: 'cold' | 'warm' | 'told', samples: Samples, unit: string): void {
  const value = median(samples.get(ours) ?? []);
  for (const peer of peers) {
    const ratio = value / median(samples.get(peer) ?? []);
    const target = kind === 'told' ? null : (peer.targets?.[kind] ?? null);
    const line = { package: 'config', case: name, peer: peer.name, value: digits(value), unit, ratio: digits(ratio) };
    console.log(JSON.stringify({ ...line, better: 'lower', target, holds: target === null || ratio <= target }));
  }
}

function digits(value: number): number {
  return Number(value.toPrecision(3));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
