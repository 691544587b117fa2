import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolErrors } from '../errors.ts';
import { npm } from '../process/npm.ts';
import { toolEnvironment } from '../process/program.ts';
import type { Project } from '../repository/projects.ts';
import type { Result } from './result.ts';
import { columns, rounded } from './table.ts';

/** The last release of a package, installed under the alias `baseline` in a folder of its own. */
export interface Baseline {
  readonly version: string;
  /** The preload that gives a benchmark the release instead of the sources. */
  readonly preload: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Installs the last release. @throws `seaworthy.tools.NO_RELEASE` when there is none, `NOT_INSTALLED` when npm fails. */
export async function installBaseline(root: string, project: Project): Promise<Baseline> {
  const { code, stdout, output } = await npm(['view', project.name, 'version', '--json'], { cwd: root });
  if (output.includes('E404') || stdout.trim() === '') throw new ToolErrors.NO_RELEASE({ package: project.name });
  if (code !== 0) throw new ToolErrors.NOT_INSTALLED({ package: project.name, output: output.trim() });
  const version: string = JSON.parse(stdout);
  const folder = join(root, 'tmp/baseline', project.id);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'baseline-of', private: true }));
  const alias = `baseline@npm:${project.name}@${version}`;
  const installed = await npm(['install', '--no-audit', '--no-fund', '--loglevel=error', alias], {
    cwd: folder,
    env: toolEnvironment(),
  });
  if (installed.code !== 0) throw new ToolErrors.NOT_INSTALLED({ package: alias, output: installed.output.trim() });
  return {
    version,
    preload: join(import.meta.dirname, 'use-baseline.ts'),
    env: { SEAWORTHY_BASELINE_OF: project.name, SEAWORTHY_BASELINE_AT: join(folder, 'package.json') },
  };
}

/** One case now and in the release. */
export interface Comparison {
  readonly name: string;
  readonly now: number;
  readonly before: number;
  readonly unit: string;
  /** Above 1 when it became worse, whichever way is better. */
  readonly worse: number;
  readonly holds: boolean;
}

/**
 * Cases that both runs have, each once. A new case has nothing to be compared with.
 *
 * `tolerance` is how much worse a value may be before it counts as a regression: benchmarks are noisy.
 */
export function compare(now: readonly Result[], before: readonly Result[], tolerance: number): readonly Comparison[] {
  const cases = new Map(now.toReversed().map((result) => [result.case, result]));
  return [...cases.values()].toReversed().flatMap((result) => {
    const old = before.find((other) => other.case === result.case);
    if (old === undefined) return [];
    const worse = isLowerBetter(result) ? result.value / old.value : old.value / result.value;
    const { case: name, value, unit } = result;
    return [{ name, now: value, before: old.value, unit, worse, holds: worse <= tolerance }];
  });
}

/** With a peer, `better` speaks of the ratio; the value is a time or a size unless its unit is a rate. */
function isLowerBetter({ ratio, better, unit }: Result): boolean {
  return ratio === null ? better === 'lower' : !unit.endsWith('/s');
}

export function comparisonTable(comparisons: readonly Comparison[], version: string): string {
  const rows = comparisons.map(({ name, now, before, unit, worse, holds }) => [
    holds ? 'ok' : 'WORSE',
    name,
    `${rounded(now)} ${unit}`,
    `${rounded(before)} ${unit}`,
    `${rounded(worse)} ×`,
  ]);
  return columns([['', 'case', 'now', version, 'above 1 × is worse'], ...rows]);
}
