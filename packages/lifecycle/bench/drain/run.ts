// One run: a server, the mixed load, SIGTERM in the middle, and what became of every request.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, startClient, startServer } from './programs.ts';
import type { Outcome } from './protocol.ts';

/** What is the same for every side. */
export interface RunSettings {
  readonly side: string;
  readonly lameDuckMs: number;
  /** Multiplies the load. @default 1 */
  readonly scale?: number;
  /** How long the load goes on before SIGTERM. @default 1000 */
  readonly loadMs?: number;
}

/** What one run counted. */
export interface RunResult {
  readonly requests: number;
  readonly answered: number;
  readonly refused: number;
  readonly lost: readonly Outcome[];
  /** Ids whose handler ran and whose client has no answer. */
  readonly ranUnanswered: readonly Outcome[];
  readonly exitCode: number | null;
  /** From SIGTERM to the end of the process. */
  readonly exitMs: number;
}

/** The longest a stop takes; then what is left is cut. */
export const graceMs = 6_000;
export const keepAliveMs = 2_000;
export const keepAliveBufferMs = 1_000;

/** Runs one side once. */
export async function runOnce(settings: RunSettings): Promise<RunResult> {
  const { side, lameDuckMs, scale = 1, loadMs = 1_000 } = settings;
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-drain-'));
  const ranFile = join(folder, 'ran');
  try {
    const timing = { lameDuckMs, graceMs, keepAliveMs, keepAliveBufferMs };
    const { program: server, port } = await startServer({ side, ranFile, port: 0, ...timing });
    const client = await startClient({ port, scale, isProxied: false, longestMs: 30_000 });
    await after(loadMs);
    const startedAt = performance.now();
    server.kill('SIGTERM');
    const exitCode = await server.ended(graceMs + lameDuckMs + 4_000);
    const exitMs = performance.now() - startedAt;
    const { outcomes } = await client.report(20_000);
    return { ...tally(outcomes, readFileSync(ranFile, 'utf8').split('\n')), exitCode, exitMs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts the fates, and compares them with what the handlers wrote down. */
export function tally(outcomes: readonly Outcome[], ranIds: readonly string[]): Omit<RunResult, 'exitCode' | 'exitMs'> {
  const ran = new Set(ranIds.filter((id) => id !== ''));
  const of = (fate: Outcome['fate']): readonly Outcome[] => outcomes.filter((outcome) => outcome.fate === fate);
  return {
    requests: outcomes.length,
    answered: of('answered').length,
    refused: of('refused').length,
    lost: of('lost'),
    ranUnanswered: outcomes.filter(({ id, fate }) => fate !== 'answered' && ran.has(id)),
  };
}
