import { posix } from 'node:path';
import type { Import } from './imports.ts';
import { isBuiltin, isRelative } from './specifier.ts';

const home = 'apps/cli/src/rules';

// What the built-in rules share to read sources: pure functions over the contract, held to the same rule as they are.
const vocabulary = `${home}/syntax/`;

/** Whether a file belongs to a rule of the audit, or to what rules share. */
export function isRuleFile(file: string): boolean {
  return new RegExp(`^${home}/(?!packs/)[^/]+/`).test(file);
}

/** A rule knows one contract: it can be moved to a pack of its own, and nothing of ours comes along at run time. */
export function judgeRule(file: string, { specifier, typeOnly, kind }: Import): string | undefined {
  if (isBuiltin(specifier)) return undefined;
  const folder = posix.dirname(file);
  const target = isRelative(specifier) ? posix.join(folder, specifier) : '';
  if (target.startsWith(`${folder}/`)) return undefined;
  if (kind === 'file')
    return file.startsWith(vocabulary) ? undefined : `a rule opens only files beside it, not "${specifier}"`;
  if (target.startsWith(vocabulary)) return undefined;
  if (target === `${home}/contract.ts`) {
    return typeOnly ? undefined : `a rule imports the contract by type only: import type { … } from '${specifier}'`;
  }
  return `a rule imports Node built-ins and types of ../contract.ts only, not "${specifier}"`;
}
