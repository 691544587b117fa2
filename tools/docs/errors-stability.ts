import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyCatalogue } from '@seaworthy/errors';
import {
  compareSnapshots,
  readSnapshot,
  stabilitySnapshot,
  type StabilityChange,
  type StabilitySnapshot,
} from '@seaworthy/errors/stability';
import type { Problem } from '../check/problem.ts';

/** What others may rely on in each error of the repository, from the root. */
export const errorsSnapshot = 'docs/reference/errors.snapshot.json';

/** A code or parameter that was promised and is gone, and what is not promised yet. */
export function stabilityProblems(root: string, catalogues: readonly AnyCatalogue[]): readonly Problem[] {
  const before = promised(root);
  if (before === undefined)
    return [{ where: errorsSnapshot, message: 'is missing or no snapshot. Run npm run docs:errors.' }];
  return compareSnapshots(before, stabilitySnapshot(catalogues)).map((change) => ({
    where: errorsSnapshot,
    message: `${change.code}: ${change.text} ${helpFor(change)}`,
  }));
}

function helpFor({ kind }: StabilityChange): string {
  return kind === 'breaking'
    ? 'Others rely on it: bring it back, or run npm run docs:errors -- --breaking and write a change note.'
    : 'Run npm run docs:errors.';
}

/** Writes the snapshot, but never over a promise that is broken unless `isBreaking`; answers with what is broken. */
export function writeSnapshot(
  root: string,
  catalogues: readonly AnyCatalogue[],
  isBreaking: boolean,
): readonly StabilityChange[] {
  const now = stabilitySnapshot(catalogues);
  const before = promised(root);
  const broken = before === undefined ? [] : compareSnapshots(before, now).filter(({ kind }) => kind === 'breaking');
  if (broken.length === 0 || isBreaking) writeFileSync(join(root, errorsSnapshot), textOf(now));
  return isBreaking ? [] : broken;
}

/** One line for each code, so that a change is one line of a comparison. */
function textOf({ version, errors }: StabilitySnapshot): string {
  const lines = Object.entries(errors).map(([code, error]) => `    ${JSON.stringify(code)}: ${JSON.stringify(error)}`);
  return `{\n  "version": ${version},\n  "errors": {\n${lines.join(',\n')}\n  }\n}\n`;
}

function promised(root: string): StabilitySnapshot | undefined {
  const file = join(root, errorsSnapshot);
  return existsSync(file) ? readSnapshot(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}
