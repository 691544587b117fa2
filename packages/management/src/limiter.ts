// (1) An address has `burst` tokens at most, and gets `perSecond` back; a request takes one.
// (2) Memory is bounded: of more than `mostAddresses` addresses, those that were seen longest ago are forgotten.

/** A bucket of tokens for each address. */
export interface Limiter {
  /** Takes one, or says that there is none. */
  readonly take: (address: string) => boolean;
  readonly isSpent: (address: string) => boolean;
}

export interface LimiterOptions {
  readonly perSecond: number;
  readonly burst: number;
  /** Milliseconds of a clock that never goes back. @default performance.now */
  readonly now?: () => number;
}

interface Bucket {
  tokens: number;
  at: number;
}

const mostAddresses = 10_000;

export function createLimiter({ perSecond, burst, now = () => performance.now() }: LimiterOptions): Limiter {
  const buckets = new Map<string, Bucket>();
  const refilled = (address: string): Bucket => {
    const at = now();
    const bucket = buckets.get(address) ?? { tokens: burst, at };
    bucket.tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1_000) * perSecond);
    bucket.at = at;
    // A map keeps the order of insertion: the first is the one that was seen longest ago.
    buckets.delete(address);
    buckets.set(address, bucket);
    if (buckets.size > mostAddresses) buckets.delete(buckets.keys().next().value ?? '');
    return bucket;
  };
  return {
    take(address) {
      const bucket = refilled(address);
      if (bucket.tokens < 1) return false;
      bucket.tokens -= 1;
      return true;
    },
    isSpent: (address) => refilled(address).tokens < 1,
  };
}
