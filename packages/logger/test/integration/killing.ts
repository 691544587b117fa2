import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { createLogger, file } from '../../src/index.ts';
import { start } from './programs.ts';

export interface KillingOptions {
  readonly durability: 'adaptive' | 'record' | 'turn';
  /** Processes that write one file at the same time. */
  readonly processes: number;
  /** How often each of them is killed and started anew. */
  readonly kills: number;
  /** The most records of one process before it ends by itself. */
  readonly limit: number;
  /** The size at which the file is rotated. */
  readonly size: string;
}

export interface KillingReport {
  /** Records that were found. */
  readonly records: number;
  readonly acknowledged: number;
  readonly files: number;
  /** Acknowledged records that are nowhere. */
  readonly missing: readonly string[];
  /** Records that are there more than once. */
  readonly repeated: readonly string[];
  /** Lines that are no record. */
  readonly torn: readonly string[];
  /** Temporary files that nobody cleaned up. */
  readonly leftovers: readonly string[];
}

/** Kills processes that log to one rotated file, at random moments, and counts what is there in the end. */
export async function killRepeatedly(options: KillingOptions): Promise<KillingReport> {
  const directory = mkdtempSync(join(tmpdir(), 'seaworthy-killing-'));
  try {
    const path = join(directory, 'logs', 'shared.log');
    const writers = Array.from({ length: options.processes }, (_, index) => write(`w${index}`, path, options));
    const acknowledged = new Map((await Promise.all(writers)).flat());
    await tidyUp(path, options.size);
    return report(join(directory, 'logs'), acknowledged);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs one writer again and again; gives the number of safe records of each run. */
async function write(writer: string, path: string, options: KillingOptions): Promise<[string, number][]> {
  const { durability, kills, limit, size } = options;
  const safe: [string, number][] = [];
  for (let run = 0; run <= kills; run += 1) {
    const name = `${writer}r${run}`;
    const acknowledgedPath = `${join(path, '..', '..', name)}.ack`;
    const program = start('acknowledging', [path, name, durability, acknowledgedPath, String(limit), size]);
    const closed = once(program, 'close');
    if (run < kills) {
      await acknowledgedBegins(acknowledgedPath);
      await wait(randomInt(1, 120));
      program.kill('SIGKILL');
    }
    await closed;
    safe.push([name, readAcknowledged(acknowledgedPath)]);
  }
  return safe;
}

async function acknowledgedBegins(path: string): Promise<void> {
  while (readAcknowledged(path) === 0) await wait(2);
}

function readAcknowledged(path: string): number {
  if (!existsSync(path)) return 0;
  const bytes = readFileSync(path);
  return bytes.length === 8 ? bytes.readDoubleLE() : 0;
}

/** What the next process does with what the killed ones left. */
async function tidyUp(path: string, size: string): Promise<void> {
  const log = createLogger({ sinks: [file({ path, rotate: { size, gzip: true } })], durability: 'record' });
  log.info('last', { index: 'last-0' });
  const names = () => readdirSync(join(path, '..'));
  const isTidy = () => names().every((name) => name.endsWith('.gz') || name === 'shared.log');
  for (let rounds = 0; rounds < 1200 && !isTidy(); rounds += 1) await wait(50);
  await log.close();
}

function report(directory: string, acknowledged: ReadonlyMap<string, number>): KillingReport {
  const names = readdirSync(directory);
  const files = names.filter((name) => !name.endsWith('.tmp'));
  const found = new Map<string, number>();
  const torn: string[] = [];
  for (const name of files) {
    for (const line of linesOf(join(directory, name))) {
      const index = indexOf(line);
      if (index === undefined) torn.push(`${name}: ${line.slice(0, 200)}`);
      else found.set(index, (found.get(index) ?? 0) + 1);
    }
  }
  const missing = [...acknowledged].flatMap(([name, count]) =>
    Array.from({ length: count }, (_, index) => `${name}-${index}`).filter((index) => !found.has(index)),
  );
  return {
    records: found.size,
    acknowledged: [...acknowledged.values()].reduce((sum, count) => sum + count, 0),
    files: files.length,
    missing: missing.slice(0, 20),
    repeated: [...found].filter(([, count]) => count > 1).map(([index]) => index),
    torn,
    leftovers: names.filter((name) => name.endsWith('.tmp')),
  };
}

function linesOf(path: string): readonly string[] {
  const bytes = readFileSync(path);
  const lines = String(path.endsWith('.gz') ? gunzipSync(bytes) : bytes).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function indexOf(line: string): string | undefined {
  try {
    const { index } = JSON.parse(line) as { index?: unknown };
    return typeof index === 'string' ? index : undefined;
  } catch {
    return undefined;
  }
}
