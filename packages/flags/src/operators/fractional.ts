import { murmur3 } from '../hash/murmur3.ts';
import { isList } from '../json.ts';
import { operator, type Compilation, type Operator, type Run } from './operator.ts';

interface Bucket {
  readonly variant: Run;
  readonly weight: Run;
}

const largestTotal = 2 ** 31 - 1;

/** The pseudorandom but sticky choice of a bucket; bucketing version 2 of flagd, `(hash * total) >> 32`. */
export const fractional: Readonly<Record<string, Operator>> = {
  fractional: operator(1, Number.POSITIVE_INFINITY, (compilation) => {
    const { args, written } = compilation;
    const hasSeed = !isList(written[0]);
    const seed = hasSeed ? args[0] : defaultSeed(compilation);
    const pairs = written.slice(hasSeed ? 1 : 0).map(asPair);
    if (!seed || pairs.length === 0) return () => null;
    const buckets = pairs.map((pair) => compileBucket(pair, compilation));
    const findEnds = compileEnds(pairs, buckets);
    return (data, key) => {
      const value = seed(data, key);
      const ends = findEnds(data, key);
      if (typeof value !== 'string' || !ends) return null;
      return buckets[find(ends, murmur3(value))]?.variant(data, key) ?? null;
    };
  }),
};

/** The index of the bucket that a hash falls into. */
function find(ends: readonly number[], hash: number): number {
  const place = scale(hash, ends[ends.length - 1] ?? 0);
  let index = 0;
  while (place >= (ends[index] ?? Number.POSITIVE_INFINITY)) index += 1;
  return index;
}

/** The flag's key with the targeting key, so that two flags do not choose alike. */
function defaultSeed({ compileSame }: Compilation): Run {
  const targetingKey = compileSame({ var: 'targetingKey' });
  return (data, key) => {
    const subject = targetingKey(data, key);
    return typeof subject === 'string' && subject !== '' ? key + subject : null;
  };
}

/** What a bucket says: a variant and its weight, which is 1 if it is left out. */
function asPair(written: unknown): readonly [variant: unknown, weight: unknown] {
  return isList(written) ? [written[0], written.length > 1 ? written[1] : 1] : [null, null];
}

function compileBucket([variant, weight]: readonly [unknown, unknown], { compileSame }: Compilation): Bucket {
  return { variant: compileSame(variant), weight: compileSame(weight) };
}

/** Where each bucket ends; written weights are added up once. */
function compileEnds(
  pairs: readonly (readonly [unknown, unknown])[],
  buckets: readonly Bucket[],
): (data: unknown, key: string) => readonly number[] | undefined {
  if (pairs.every(([, weight]) => typeof weight === 'number')) {
    const ends = addUp(pairs.map(([, weight]) => weight));
    return () => ends;
  }
  return (data, key) => addUp(buckets.map(({ weight }) => weight(data, key)));
}

/** Undefined when a weight is no number, or when there is nothing or too much to share out. */
function addUp(weights: readonly unknown[]): readonly number[] | undefined {
  const ends: number[] = [];
  let total = 0;
  for (const weight of weights) {
    if (typeof weight !== 'number' || Number.isNaN(weight)) return undefined;
    total += Math.max(0, Math.trunc(weight));
    ends.push(total);
  }
  return total > 0 && total <= largestTotal ? ends : undefined;
}

/** `(hash * total) >> 32` without leaving the range of exact numbers. */
function scale(hash: number, total: number): number {
  const high = Math.floor(hash / 65_536) * total;
  const low = (hash % 65_536) * total;
  return Math.floor((high + Math.floor(low / 65_536)) / 65_536);
}
