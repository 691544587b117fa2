// A case in processes of its own, one after the other, and the medians of what they found.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, type Measured } from './harness.ts';

/** One peer: its time, and ours in relation to it, each the median of all processes. */
export interface Against {
  readonly theirs: number;
  /** The ratio of one process is ours divided by theirs, from the same rounds. */
  readonly ratio: number;
  readonly least: number;
  readonly most: number;
}

export interface Measurement {
  readonly ours: number;
  /** In the order of the peers. */
  readonly against: readonly Against[];
}

const program = fileURLToPath(new URL('one-case.ts', import.meta.url));

/** Measures a case by its name in `processes` new processes of `rounds` rounds each. */
export function measureInProcesses(name: string, processes: number, rounds: number): Measurement {
  return summarize(Array.from({ length: processes }, () => measureInProcess(name, rounds)));
}

/** Medians over what several processes, or several rounds of processes, have measured. */
export function summarize(all: readonly Measured[]): Measurement {
  const peers = all[0]?.peers ?? [];
  return {
    ours: median(all.map(({ ours }) => ours)),
    against: peers.map((_, index) => {
      const ratios = all.map(({ ours, peers: theirs }) => ours / (theirs[index] ?? NaN));
      return {
        theirs: median(all.map((one) => one.peers[index] ?? NaN)),
        ratio: median(ratios),
        least: Math.min(...ratios),
        most: Math.max(...ratios),
      };
    }),
  };
}

function measureInProcess(name: string, rounds: number): Measured {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    // With what this process was started with: the sources, the collector, and under `--baseline` the last release.
    [...process.execArgv, program, name, String(rounds)],
    { encoding: 'utf8' },
  );
  if (status === 0) return JSON.parse(stdout);
  process.stderr.write(`${name} could not be measured.\n${stderr}`);
  return process.exit(3);
}
