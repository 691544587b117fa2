// How many requests does a stop lose? Ours and every peer as a real process under the same mixed load, stopped by SIGTERM in
// its middle; then autocannon, and rolling restarts behind HAProxy and nginx.
// Standard output carries one line of JSON for each case; what was lost goes to standard error.
import { runAutocannon } from './drain/autocannon.ts';
import type { Outcome } from './drain/protocol.ts';
import { proxies, rollingRestart, whyNot } from './drain/proxies.ts';
import { runOnce, type RunResult } from './drain/run.ts';

const isQuick = process.argv.includes('--quick');
const ours = 'seaworthy';
const peers = [
  '@godaddy/terminus',
  'lightship',
  'http-terminator',
  'close-with-grace',
  'stoppable',
  'http-graceful-shutdown',
  'fastify',
  'server.close',
];
const ourRuns = isQuick ? 3 : 30;
const peerRuns = isQuick ? 1 : 3;
const lameDuckMs = 300;

interface Case {
  readonly name: string;
  readonly peer?: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: number;
}

function print({ name, peer, value, unit, target }: Case): void {
  const line = {
    package: 'lifecycle',
    case: name,
    peer: peer ?? null,
    value: Math.round(value * 100) / 100,
    unit,
    ratio: null,
    better: 'lower',
    target: target ?? null,
    holds: target === undefined || value <= target,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function explain(title: string, outcomes: readonly Outcome[]): void {
  const counts = new Map<string, number>();
  for (const { kind, why = 'refused' } of outcomes) {
    const key = `${kind}: ${why.replace(/ after \d+ answers/, '')}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const [what, count] of counts) process.stderr.write(`${title}: ${count} × ${what}\n`);
}

/** Every side in turns, so that none has the machine at its best. */
async function runSides(): Promise<ReadonlyMap<string, RunResult[]>> {
  const results = new Map<string, RunResult[]>();
  const run = async (name: string, side: string, ms: number): Promise<void> => {
    const result = await runOnce({ side, lameDuckMs: ms });
    results.set(name, [...(results.get(name) ?? []), result]);
    explain(`${name}, lost`, result.lost);
    explain(`${name}, ran but unanswered`, result.ranUnanswered);
  };
  for (let round = 0; round < peerRuns; round += 1) {
    for (const [turn, peer] of peers.entries()) {
      await run(peer, peer, lameDuckMs);
      // Ours runs between the peers; half of the runs have no lame-duck time at all.
      for (let more = 0; more < share(round * peers.length + turn); more += 1) {
        const count = results.get(ours)?.length ?? 0;
        await run(ours, ours, count % 2 === 0 ? lameDuckMs : 0);
      }
    }
  }
  return results;
}

/** How many of our runs belong after a turn of the peers, so that they spread evenly. */
function share(turn: number): number {
  const turns = peerRuns * peers.length;
  return Math.floor(((turn + 1) * ourRuns) / turns) - Math.floor((turn * ourRuns) / turns);
}

const sum = (results: readonly RunResult[], of: (result: RunResult) => number): number =>
  results.reduce((total, result) => total + of(result), 0);

function printSides(results: ReadonlyMap<string, readonly RunResult[]>): void {
  for (const [side, runs] of results) {
    const lost = sum(runs, (run) => run.lost.length);
    const ranUnanswered = sum(runs, (run) => run.ranUnanswered.length);
    const requests = Math.round(sum(runs, (run) => run.requests) / runs.length);
    const exitMs = Math.round(Math.max(...runs.map((run) => run.exitMs)));
    process.stderr.write(`${side}: ${runs.length} runs of about ${requests} requests, slowest exit ${exitMs} ms\n`);
    const of = `${runs.length} runs of the mixed load`;
    if (side === ours) {
      print({ name: `lost in ${of}`, value: lost, unit: 'requests', target: 0 });
      print({ name: `ran but unanswered in ${of}`, value: ranUnanswered, unit: 'requests', target: 0 });
      print({ name: 'requests in a run', value: requests, unit: 'requests' });
      continue;
    }
    print({ name: `lost by ${side} a run`, peer: side, value: lost / runs.length, unit: 'requests' });
    print({
      name: `ran but unanswered by ${side} a run`,
      peer: side,
      value: ranUnanswered / runs.length,
      unit: 'requests',
    });
  }
}

printSides(await runSides());
for (const pipelining of [1, 4]) {
  const { answered, failed, ranUnanswered, errors } = await runAutocannon(pipelining);
  process.stderr.write(`autocannon -p ${pipelining}: ${answered} answered, ${failed} failed ${errors.join(' ')}\n`);
  const name = `autocannon -p ${pipelining}, failed or ran but unanswered`;
  print({ name, value: failed + Math.abs(ranUnanswered), unit: 'requests', target: 0 });
}
for (const proxy of proxies) {
  const reason = whyNot(proxy);
  const name = `rolling restart behind ${proxy.name}, failed or ran but unanswered`;
  if (reason !== undefined) {
    print({ name: `${name} (not run: ${reason})`, value: 0, unit: 'requests' });
    continue;
  }
  const { requests, lost, ranUnanswered } = await rollingRestart(proxy);
  explain(`${proxy.name}, lost`, lost);
  explain(`${proxy.name}, ran but unanswered`, ranUnanswered);
  process.stderr.write(`${proxy.name}: ${requests} requests\n`);
  print({ name, value: new Set([...lost, ...ranUnanswered]).size, unit: 'requests', target: 0 });
}
