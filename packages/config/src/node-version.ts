import { ConfigErrors } from './errors.ts';
import type { Problem } from './problems.ts';

type Version = readonly [major: number, minor: number, patch: number];

const comparator = /^(>=|>|<=|<|=)?v?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/;
const comparisons: Readonly<Record<string, (difference: number) => boolean>> = {
  '>=': (difference) => difference >= 0,
  '>': (difference) => difference > 0,
  '<=': (difference) => difference <= 0,
  '<': (difference) => difference < 0,
  '=': (difference) => difference === 0,
};

/** Checks a Node version against comparisons such as `>=22.18` or `>=22.18 <25 || >=26`. */
export function checkNodeVersion(version: string, range: string): readonly Problem[] {
  const alternatives = range.split('||').map((part) => part.trim().split(/\s+/));
  const fits = alternatives.some((all) => all.map((one) => satisfies(version, one, range)).every(Boolean));
  if (fits) return [];
  return [{ key: '', source: 'node', message: `expected Node ${range}, got ${version}. Install a supported version.` }];
}

function satisfies(version: string, wanted: string, range: string): boolean {
  const match = comparator.exec(wanted);
  if (match === null) {
    throw new ConfigErrors.BAD_SHAPE({
      reason: `the Node range "${range}" has "${wanted}" in it. Write it like ">=22.18 <25".`,
    });
  }
  const compare = comparisons[match[1] ?? '='];
  return compare?.(order(numbers(version), [Number(match[2]), Number(match[3] ?? 0), Number(match[4] ?? 0)])) ?? false;
}

function numbers(version: string): Version {
  const [major = 0, minor = 0, patch = 0] = version
    .replace(/^v|[-+].*$/g, '')
    .split('.')
    .map(Number);
  return [major, minor, patch];
}

function order(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
