// A case in processes of its own, one after the other, and the medians of what they found.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, type Measured } from './harness.ts';

export interface Measurement extends Measured {
  /** Ours divided by theirs within one process, from the same rounds; the median of all processes. */
  readonly ratio: number;
  readonly least: number;
  readonly most: number;
}

const program = fileURLToPath(new URL('one-case.ts', import.meta.url));

/** Measures a case by its name in new processes. */
export function measureInProcesses(
  name: string,
  { processes, rounds, isQuick }: { readonly processes: number; readonly rounds: number; readonly isQuick: boolean },
): Measurement {
  const all = Array.from({ length: processes }, () => measureInProcess(name, rounds, isQuick));
  const ratios = all.map(({ ours, theirs }) => ours / theirs);
  return {
    ours: median(all.map(({ ours }) => ours)),
    theirs: median(all.map(({ theirs }) => theirs)),
    ratio: median(ratios),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
  };
}

function measureInProcess(name: string, rounds: number, isQuick: boolean): Measured {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    // With what this process was started with: the sources, the collector, and under `--baseline` the last release.
    [...process.execArgv, program, name, String(rounds), ...(isQuick ? ['--quick'] : [])],
    { encoding: 'utf8' },
  );
  if (status === 0) return JSON.parse(stdout);
  process.stderr.write(`${name} could not be measured.\n${stderr}`);
  return process.exit(3);
}
