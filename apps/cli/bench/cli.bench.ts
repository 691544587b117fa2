// How long the command takes, as a user starts it: processes, in turns, on real files. Prints one line of JSON for each case.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { packs } from '../src/rules/packs.ts';
import { loadPacks } from '../src/engine/packs.ts';
import { writeCorpus, type Corpus } from './corpus.ts';
import { eslint, writeEslintSettings } from './eslint-settings.ts';
import { commandLine, runProgram, type Run } from './program.ts';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 2 : 7;

interface Case {
  readonly case: string;
  readonly peer?: string;
  readonly value: number;
  readonly unit: string;
  readonly ratio?: number;
  readonly target: number | null;
}

function print({ peer, ratio, target, ...rest }: Case): void {
  const measured = ratio ?? rest.value;
  const holds = target === null || measured <= target;
  const line = {
    package: '@seaworthy/cli',
    ...rest,
    peer: peer ?? null,
    ratio: ratio ?? null,
    better: 'lower',
    target,
    holds,
  };
  console.log(JSON.stringify(line));
}

/** Runs each program once in each round, so that none has a better moment than another; the median of each. */
function inTurns(programs: readonly (() => Run)[]): readonly Run[] {
  for (const run of programs) run();
  const runs = programs.map((): Run[] => []);
  for (let round = 0; round < rounds; round += 1) programs.forEach((run, index) => runs[index]!.push(run()));
  return runs.map((list) => ({
    code: 0,
    ms: median(list.map(({ ms }) => ms)),
    peakBytes: Math.max(...list.map(({ peakBytes }) => peakBytes)),
  }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function audit({ directory }: Corpus, ...flags: readonly string[]): () => Run {
  return () => runProgram([commandLine, 'audit', '--format', 'json', '--fail-on', 'never', ...flags], directory);
}

async function countRules(): Promise<number> {
  await using loaded = await loadPacks(packs);
  return loaded.rules.length;
}

function startUp(): void {
  const directory = tmpdir();
  const [version, empty] = inTurns([
    () => runProgram([commandLine, '--version'], directory),
    () => runProgram(['--eval', '0'], directory),
  ]);
  print({
    case: '--version',
    peer: 'an empty Node',
    value: version!.ms,
    unit: 'ms',
    ratio: version!.ms / empty!.ms,
    target: 1.5,
  });
}

async function againstEslint(corpus: Corpus): Promise<void> {
  const rules = await countRules();
  const config = writeEslintSettings(corpus.directory, rules);
  const lint =
    (...flags: readonly string[]) =>
    () =>
      runProgram([eslint, '--config', config, '--format', 'json', ...flags, 'src'], corpus.directory);
  const [ours, plain, threads] = inTurns([
    audit(corpus),
    lint(),
    lint('--concurrency', String(availableParallelism())),
  ]);
  const name = `${corpus.files} files, cold`;
  print({ case: name, value: ours!.ms, unit: 'ms', target: 1_000 });
  print({ case: `${name}, memory`, value: ours!.peakBytes / 1e6, unit: 'MB', target: 300 });
  const against = { case: `${name}, ${rules} rules each`, value: ours!.ms, unit: 'ms' } as const;
  print({ ...against, peer: 'eslint', ratio: ours!.ms / plain!.ms, target: 1 / 5 });
  print({ ...against, peer: 'eslint, with a thread for each core', ratio: ours!.ms / threads!.ms, target: null });
}

function withCache(corpus: Corpus, limitMs: number): void {
  const place = mkdtempSync(join(tmpdir(), 'seaworthy-bench-'));
  const cache = ['--cache', '--cache-directory', place];
  try {
    const [cold, warm] = inTurns([audit(corpus), audit(corpus, ...cache)]);
    const name = `${corpus.files} files`;
    print({ case: `${name}, cold`, value: cold!.ms, unit: 'ms', target: limitMs });
    print({ case: `${name}, cold, memory`, value: cold!.peakBytes / 1e6, unit: 'MB', target: 300 });
    const against = { case: `${name}, warm`, peer: 'cold', value: warm!.ms, unit: 'ms' } as const;
    print({ ...against, ratio: warm!.ms / cold!.ms, target: 1 / 10 });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

startUp();
{
  using corpus = writeCorpus(1_000);
  await againstEslint(corpus);
}
{
  using corpus = writeCorpus(isQuick ? 1_000 : 5_000);
  withCache(corpus, 4_000);
}
