import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../check/problem.ts';
import { entryPoints, isPublished, type Project } from '../repository/projects.ts';

/** One line of .size-limit.json. */
export interface Budget {
  /** What users import: `@seaworthy/telemetry/node`. */
  readonly name: string;
  /** The built entry, from the root. */
  readonly path: string;
  /** `2 kB`: a thousand bytes each. */
  readonly limit: string;
}

const settings = '.size-limit.json';

export function readBudgets(root: string): readonly Budget[] {
  const budgets: Budget[] = JSON.parse(readFileSync(join(root, settings), 'utf8'));
  return budgets;
}

/** Entries without a budget, and budgets without an entry. */
export function budgetProblems(budgets: readonly Budget[], projects: readonly Project[]): readonly Problem[] {
  const entries = new Map(projects.filter(isPublished).flatMap(builtEntries));
  const named = new Map(budgets.map(({ name, path }) => [name, path]));
  const missing = [...entries].filter(([name, path]) => named.get(name) !== path);
  const stale = [...named.keys()].filter((name) => !entries.has(name));
  return [
    ...missing.map(([name, path]) => ({ where: settings, message: `${name} (${path}) has no budget; add one` })),
    ...stale.map((name) => ({ where: settings, message: `${name} has a budget and is no entry; remove it` })),
  ];
}

function builtEntries({ name, folder, manifest }: Project): readonly (readonly [string, string])[] {
  return [...entryPoints(manifest, 'default')].map(([subpath, file]) => [
    name + subpath.slice(1),
    `${folder}/${file.replace(/^\.\//, '')}`,
  ]);
}

const units: Readonly<Record<string, number>> = { B: 1, kB: 1000, MB: 1_000_000 };

/** The bytes of `2 kB`. @throws RangeError when the text is no such size. */
export function parseBytes(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) (B|kB|MB)$/.exec(text) ?? [];
  const factor = units[unit];
  if (factor === undefined) throw new RangeError(`Expected a size such as \`2 kB\`, got \`${text}\`.`);
  return Number(number) * factor;
}
