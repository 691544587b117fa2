import { defineConfig, env } from '@seaworthy/config';
import { createResilience } from '@seaworthy/resilience';
import { bucketPlace, brokenStorage, storageShape } from '../storage-settings.ts';
import type { Bucket } from '../storage/bucket/bucket.ts';
import { openCheckedBucket } from '../storage/bucket/open.ts';

export interface CopyStorage extends AsyncDisposable {
  readonly bucket: Bucket | undefined;
}

/**
 * The bucket that `SEAWORTHY_STORAGE_…` names, as a server would open it; none without an address.
 *
 * @throws ConfigErrors.INVALID, ServerErrors.STORAGE_UNUSABLE
 */
export async function openCopyStorage(
  variables: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
): Promise<CopyStorage> {
  const own = Object.fromEntries(Object.entries(variables).filter(([name]) => name.startsWith('SEAWORTHY_STORAGE_')));
  const config = await defineConfig(storageShape, {
    rules: [
      (get) => brokenStorage(get('storage.url'), 'given', [get('storage.accessKeyId'), get('storage.secretAccessKey')]),
    ],
  }).load([env('SEAWORTHY', { variables: own })]);
  const { storage } = config.value;
  const place = bucketPlace(storage);
  if (place === undefined) return { bucket: undefined, [Symbol.asyncDispose]: () => Promise.resolve() };
  const resilience = createResilience();
  try {
    const pipeline = resilience.pipeline.bind(resilience);
    const { timeoutMs } = storage;
    const bucket = await openCheckedBucket({ ...place, timeoutMs, pipeline }, signal === undefined ? {} : { signal });
    return {
      bucket,
      async [Symbol.asyncDispose]() {
        bucket[Symbol.dispose]();
        await resilience.close();
      },
    };
  } catch (error) {
    await resilience.close();
    throw error;
  }
}
