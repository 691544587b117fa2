import { inTurns, load, tell, type Rate } from './load.ts';
import { packageCount } from './packages.ts';
import type { Peer } from './peer.ts';

/** Measures both registries in turns, and tells how many answers they gave and how long they computed for one. */
export async function compare(
  what: string,
  peers: readonly [ours: Peer, theirs: Peer],
  { target, pathOf, headers = {} }: Comparison,
): Promise<void> {
  const [own, theirs] = (await inTurns(peers, (peer) => load(peer, pathOf, headers))) as [Rate, Rate];
  const name = `${what} of ${packageCount} packages, 50 connections`;
  const peer = { name: peers[1].name, value: theirs.perSecond, target };
  tell({ name, value: own.perSecond, unit: 'answers/s', better: 'higher', peer });
  tell({
    name: `${name}, processor time of an answer`,
    value: own.processorUs,
    unit: 'µs',
    better: 'lower',
    peer: { name: peers[1].name, value: theirs.processorUs, target: Math.round(1_000 / target) / 1_000 },
  });
}

export interface Comparison {
  /** How many times the answers of the peer are wanted. */
  readonly target: number;
  readonly pathOf: (index: number) => string;
  readonly headers?: Readonly<Record<string, string>>;
}
