// A bucket at the start of a server: it is there, and the key may do what it is used for.
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ServerErrors } from '../../errors.ts';
import { openBucket, type Bucket, type BucketOptions } from './bucket.ts';

export interface OpenOptions {
  /** How long to wait for a bucket that does not answer at the start, in milliseconds. @default 20000 */
  readonly openTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Opens it, and tries whether it can be listed, written, read and cleared.
 *
 * @throws ServerErrors.STORAGE_UNUSABLE
 */
export async function openCheckedBucket(options: BucketOptions, { openTimeoutMs = 20_000, signal }: OpenOptions = {}) {
  const bucket = openBucket(options);
  const deadline = performance.now() + openTimeoutMs;
  try {
    for (;;) {
      try {
        await tryOut(bucket, signal);
        return bucket;
      } catch (cause) {
        const isAway = ServerErrors.STORAGE_UNAVAILABLE.is(cause);
        if (!isAway || performance.now() >= deadline) throw unusable(bucket, cause);
        await delay(500, undefined, { signal });
      }
    }
  } catch (error) {
    bucket[Symbol.dispose]();
    throw error;
  }
}

/** With an object that is called as those of archives are: if it stays, it is removed as one that nobody needs. */
async function tryOut(bucket: Bucket, signal: AbortSignal | undefined): Promise<void> {
  const content = randomBytes(16);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const name = `${sha256}-${randomBytes(8).toString('hex')}`;
  const bytes = content.length;
  await bucket.ping(signal);
  await bucket.put(name, { bytes, sha256, open: () => Readable.from([content]) }, signal);
  const found = await bucket.read({ name, bytes, sha256 });
  await bucket.remove(name);
  if (found === undefined) throw new ServerErrors.STORAGE_REFUSED({ reason: 'what was written is not there' });
}

function unusable({ address }: Bucket, cause: unknown): Error {
  if (!ServerErrors.STORAGE_UNAVAILABLE.is(cause) && !ServerErrors.STORAGE_REFUSED.is(cause)) return cause as Error;
  return new ServerErrors.STORAGE_UNUSABLE({ address, reason: cause.params.reason }, { cause });
}
