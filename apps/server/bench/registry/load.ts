import { openConnection, requestOf } from './connection.ts';
import { isQuick } from './packages.ts';
import type { Peer } from './peer.ts';

export const connections = 50;
const roundMs = isQuick ? 1_000 : 2_000;
const rounds = isQuick ? 1 : 3;

/** What a registry answered in a while. */
export interface Rate {
  readonly perSecond: number;
  /** Processor time of the registry for one answer, in microseconds. */
  readonly processorUs: number;
}

/**
 * Asks for one path after the other over 50 connections that stay open. The generator only looks for the end of an answer:
 * one that reads answers as clients do is slower than the servers, and would be what is measured.
 */
export async function load(
  peer: Peer,
  pathOf: (index: number) => string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Rate> {
  const { port, pathname } = new URL(peer.registry);
  const before = pathname === '/' ? '' : pathname;
  const opened = await Promise.all(Array.from({ length: connections }, () => openConnection(Number(port))));
  const startedAt = performance.now();
  const computed = peer.processorMs();
  const endsAt = startedAt + roundMs;
  let asked = 0;
  let answered = 0;
  await Promise.all(
    opened.map(async (connection) => {
      while (performance.now() < endsAt) {
        const path = `${before}${pathOf((asked += 1))}`;
        const status = await connection.ask(requestOf('GET', path, headers));
        if (status !== 200) throw new TypeError(`${peer.name} answers ${path} with ${status}.`);
        answered += 1;
      }
    }),
  );
  const tookMs = performance.now() - startedAt;
  const processorUs = ((peer.processorMs() - computed) * 1_000) / answered;
  for (const connection of opened) connection.close();
  return { perSecond: (answered * 1_000) / tookMs, processorUs };
}

/** Measures the peers in turns; answers with the median of each, in the order of the peers. */
export async function inTurns(
  peers: readonly Peer[],
  measure: (peer: Peer) => Promise<Rate>,
): Promise<readonly Rate[]> {
  const samples = peers.map((): Rate[] => []);
  // The first one warms up.
  for (let round = -1; round < rounds; round += 1) {
    // Backwards in every second round, so that none is always first.
    const order = peers.map((peer, at) => ({ peer, at }));
    for (const { peer, at } of round % 2 === 0 ? order : order.toReversed()) {
      const rate = await measure(peer);
      if (round >= 0) samples[at]?.push(rate);
    }
  }
  return samples.map((rates) => ({
    perSecond: median(rates.map(({ perSecond }) => perSecond)),
    processorUs: median(rates.map(({ processorUs }) => processorUs)),
  }));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export interface Told {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly peer?: { readonly name: string; readonly value: number; readonly target: number };
  /** Of the value itself, where there is no peer. */
  readonly target?: number;
}

/** One line of JSON for the runner, one of text for people. */
export function tell({ name, value, unit, better, peer, target }: Told): void {
  const ratio = peer === undefined ? null : value / peer.value;
  const wanted = peer?.target ?? target ?? null;
  const compared = ratio ?? value;
  const holds = wanted === null || (better === 'higher' ? compared >= wanted : compared <= wanted);
  const line = { package: 'server', case: name, peer: peer?.name ?? null, value: round(value), unit };
  console.log(JSON.stringify({ ...line, ratio: ratio === null ? null : round(ratio), better, target: wanted, holds }));
  const other =
    peer === undefined ? '' : `, ${peer.name} ${round(peer.value)} ${unit}: ${round(ratio as number)} of it`;
  console.error(`${holds ? 'ok    ' : 'MISSED'} ${name}: ${round(value)} ${unit}${other}, target ${wanted}`);
  if (!holds) process.exitCode = 1;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
