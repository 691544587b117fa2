import { encodeCbor } from '../hash/cbor.ts';
import { hashPrefix, murmur3, murmur3After, murmur3Bytes, type HashEncoding } from '../hash/murmur3.ts';
import { isList } from '../json.ts';
import { operator, type Compilation, type Operator, type Run } from './operator.ts';

/**
 * How `fractional` finds a bucket: flagd has had three ways that put subjects into different buckets.
 *
 * `'v1'`: the hash as a share of 100 in floating point. `'v2'`: `(hash * total) >> 32`. `'v3'`: as v2, over the deterministic
 * CBOR encoding of a value of any type, and of `[flagKey, targetingKey]` where nothing is written to bucket by.
 */
export type BucketingVersion = 'v1' | 'v2' | 'v3';

/** How subjects are put into buckets. */
export interface Bucketing {
  readonly version: BucketingVersion;
  /** What of a text is hashed in v1 and v2. */
  readonly hashEncoding: HashEncoding;
}

/** How one subject came into its bucket. */
export interface BucketChoice {
  readonly bucketing: BucketingVersion;
  /** What was hashed: in v1 and v2 a text, by default the flag's key and then the targeting key. */
  readonly from: unknown;
  /** Which bucket, counted from 1; 0 if the subject is in none. */
  readonly bucket: number;
  readonly buckets: number;
  /** Where the subject stands among all weights, from 0 up; in v1, where among 100. */
  readonly place: number;
  /** All weights together; in v1 always 100. */
  readonly total: number;
}

interface Bucket {
  readonly variant: Run;
  readonly weight: Run;
}

type Pair = readonly [variant: unknown, weight: unknown];
type FindEnds = (data: unknown, key: string) => readonly number[] | undefined;

/** The hash of what is bucketed by; undefined if it cannot be bucketed by. */
type Hash = (data: unknown, key: string) => number | undefined;

interface Hashing {
  readonly hash: Hash;
  /** What is hashed, for those who want to know. */
  readonly from: Run;
}

const largestTotal = 2 ** 31 - 1;

/** The pseudorandom but sticky choice of a bucket. */
export const fractional: Readonly<Record<string, Operator>> = {
  fractional: operator(1, Number.POSITIVE_INFINITY, (compilation) => {
    const { args, written, bucketing } = compilation;
    const [first] = args;
    if (!first) return () => null;
    const byDefault = choice(defaultHashing(compilation), written, compilation);
    if (isList(written[0])) return byDefault;
    const seeded = { hash: hashOf(first, bucketing), from: first };
    const bySeed = choice(seeded, written.slice(1), compilation);
    if (bucketing.version !== 'v3') return bySeed;
    // In v3 a rule that gives a list is the first bucket.
    return (data, key) => (isList(first(data, key)) ? byDefault : bySeed)(data, key);
  }),
};

function choice({ hash, from }: Hashing, written: readonly unknown[], compilation: Compilation): Run {
  const { compileSame, bucketing, onChoice } = compilation;
  if (written.length === 0) return () => null;
  const pairs = written.map((bucket) => asPair(bucket));
  const buckets = written.map((bucket, index) => compileBucket(bucket, pairs[index], compileSame));
  const findEnds = compileEnds(pairs, buckets);
  const { version } = bucketing;
  const indexOf = version === 'v1' ? indexByShare : indexByProduct;
  const run: Run = (data, key) => {
    const ends = findEnds(data, key);
    const hashed = hash(data, key);
    if (!ends || hashed === undefined) return null;
    return buckets[indexOf(ends, hashed)]?.variant(data, key) ?? null;
  };
  if (!onChoice) return run;
  return (data, key) => {
    const ends = findEnds(data, key);
    const hashed = hash(data, key);
    if (ends && hashed !== undefined) {
      const bucket = indexOf(ends, hashed) + 1;
      const where = version === 'v1' ? { place: shareOf(hashed), total: 100 } : placeOf(ends, hashed);
      onChoice({ bucketing: version, from: from(data, key), bucket, buckets: buckets.length, ...where });
    }
    return run(data, key);
  };
}

function hashOf(seed: Run, { version, hashEncoding }: Bucketing): Hash {
  if (version === 'v3') return (data, key) => hashOfAny(seed(data, key));
  return (data, key) => {
    const value = seed(data, key);
    return typeof value === 'string' ? murmur3(value, 0, hashEncoding) : undefined;
  };
}

function hashOfAny(value: unknown): number | undefined {
  const bytes = value === undefined ? undefined : encodeCbor(value);
  return bytes && murmur3Bytes(bytes);
}

/** v2 and v3: the first bucket that ends after `(hash * total) >> 32`. */
function indexByProduct(ends: readonly number[], hash: number): number {
  const { place } = placeOf(ends, hash);
  let index = 0;
  while (place >= (ends[index] ?? Number.POSITIVE_INFINITY)) index += 1;
  return index;
}

function placeOf(ends: readonly number[], hash: number): Pick<BucketChoice, 'place' | 'total'> {
  const total = ends[ends.length - 1] ?? 0;
  return { place: scale(hash, total), total };
}

function shareOf(hash: number): number {
  return (Math.abs(hash | 0) / 0x7fff_ffff) * 100;
}

/** v1: the hash is a signed number there, and its absolute value a share of the largest one. */
function indexByShare(ends: readonly number[], hash: number): number {
  const total = ends[ends.length - 1] ?? 0;
  const place = shareOf(hash);
  let rangeEnd = 0;
  let before = 0;
  for (const [index, end] of ends.entries()) {
    rangeEnd += (100 * (end - before)) / total;
    before = end;
    if (place < rangeEnd) return index;
  }
  return -1;
}

/** Of the flag's key with the targeting key, so that two flags do not choose alike. */
function defaultHashing({ compileSame, bucketing: { version, hashEncoding } }: Compilation): Hashing {
  const targetingKey = compileSame({ var: 'targetingKey' });
  let prefix = hashPrefix('');
  const hash: Hash = (data, key) => {
    const subject = targetingKey(data, key);
    if (typeof subject !== 'string' || subject === '') return undefined;
    if (version === 'v3') return hashOfAny([key, subject]);
    // A rule that flags share by $ref is asked about several keys.
    if (prefix.text !== key) prefix = hashPrefix(key);
    return murmur3After(prefix, subject, hashEncoding);
  };
  const from: Run = (data, key) => {
    const subject = targetingKey(data, key);
    return version === 'v3' ? [key, subject] : `${key}${String(subject)}`;
  };
  return { hash, from };
}

/** What a bucket says: a variant and its weight, which is 1 if it is left out. */
function asPair(written: unknown): Pair {
  return isList(written) ? [written[0], written.length > 1 ? written[1] : 1] : [null, undefined];
}

function compileBucket(
  written: unknown,
  [variant, weight]: Pair = [null, null],
  compile: (rule: unknown) => Run,
): Bucket {
  if (isList(written)) return { variant: compile(variant), weight: compile(weight) };
  const whole = compile(written);
  const part = (data: unknown, key: string): Pair => asPair(whole(data, key));
  return { variant: (data, key) => part(data, key)[0], weight: (data, key) => part(data, key)[1] };
}

/** Where each bucket ends; written weights are added up once. */
function compileEnds(pairs: readonly Pair[], buckets: readonly Bucket[]): FindEnds {
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
  const high = (hash >>> 16) * total;
  const low = (hash & 0xffff) * total;
  return Math.floor((high + Math.floor(low / 65_536)) / 65_536);
}
