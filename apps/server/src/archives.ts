// Where the archives of packages are: in the data folder, in the shared database, or in a bucket.
import type { Lifecycle } from '@seaworthy/lifecycle';
import type { Logger } from '@seaworthy/logger';
import type { Resilience } from '@seaworthy/resilience';
import { join } from 'node:path';
import type { JobBoard } from './jobs.ts';
import type { Blobs } from './modules/registry/blobs.ts';
import { refuseNamedObjects } from './modules/registry/archive-rows.ts';
import { openBucketBlobs } from './modules/registry/bucket-blobs.ts';
import { openDatabaseBlobs } from './modules/registry/database-blobs.ts';
import { openRegistryFiles, openSharedFiles, sweepRegularly, type RegistryFiles } from './modules/registry/open.ts';
import { createRegistryStore } from './modules/registry/store.ts';
import type { Settings } from './settings.ts';
import { slot, type Slot } from './slot.ts';
import { bucketPlace } from './storage-settings.ts';
import type { Bucket } from './storage/bucket/bucket.ts';
import { openCheckedBucket } from './storage/bucket/open.ts';
import type { Database } from './storage/database.ts';
import type { StorePipelines } from './storage/pipeline.ts';
import { sharedText } from './storage/secrets.ts';

export interface ArchiveParts {
  readonly database: Slot<Database>;
  readonly pipelines: StorePipelines;
  readonly resilience: Pick<Resilience, 'pipeline'>;
  readonly logger: Logger;
  readonly jobs: Pick<JobBoard, 'watch'>;
}

/** Archives that no version names go before anybody can publish; in a bucket they go while others do. */
export function addRegistryFiles(life: Lifecycle, settings: Settings, parts: ArchiveParts): Slot<RegistryFiles> {
  const { database, pipelines, logger, jobs } = parts;
  const files = slot<RegistryFiles>('archives');
  let bucket: Bucket | undefined;
  let sweeping: AsyncDisposable | undefined;
  life.add('archives', {
    after: ['database', 'resilience'],
    async start({ signal }) {
      if (!settings.registry.enabled) return;
      const { query, replicas } = database.value;
      const store = createRegistryStore(query, pipelines);
      if (settings.database.url === undefined) {
        files.fill(await openRegistryFiles(settings.dataDir, store, logger));
        return;
      }
      const key = sharedText(query, pipelines, 'registry key');
      bucket = await openSettingsBucket(settings, parts, signal);
      const blobs = await openSharedBlobs(settings, { query, replicas }, bucket);
      const isLater = bucket !== undefined;
      files.fill(await openSharedFiles(blobs, key, store, logger, { sweep: !isLater }));
      sweeping = sweepRegularly(blobs, store, logger, {
        isAtOnce: isLater,
        watch: jobs.watch('archives without a version'),
      });
    },
    async stop() {
      await sweeping?.[Symbol.asyncDispose]();
      bucket?.[Symbol.dispose]();
    },
  });
  if (settings.storage.url !== undefined) {
    // Everything but archives goes on without it, and other servers are no better off.
    const check = (signal: AbortSignal): Promise<void> | undefined => bucket?.ping(signal);
    life.health.add('archives', check, { groups: ['ready'], ttlMs: 10_000, timeoutMs: 1_000, critical: false });
  }
  return files;
}

async function openSettingsBucket(
  { storage }: Settings,
  { resilience }: ArchiveParts,
  signal: AbortSignal,
): Promise<Bucket | undefined> {
  const place = bucketPlace(storage);
  if (place === undefined) return undefined;
  const { timeoutMs } = storage;
  return openCheckedBucket(
    { ...place, timeoutMs, pipeline: (name, options) => resilience.pipeline(name, options) },
    { signal },
  );
}

async function openSharedBlobs(
  { dataDir, storage }: Settings,
  { query, replicas }: Pick<Database, 'query' | 'replicas'>,
  bucket: Bucket | undefined,
): Promise<Blobs> {
  const drafts = join(dataDir, 'archives/drafts');
  if (bucket === undefined) {
    await refuseNamedObjects(query);
    return openDatabaseBlobs(query, { drafts, replicas });
  }
  try {
    const linkSeconds = storage.downloads === 'redirect' ? storage.linkSeconds : undefined;
    return await openBucketBlobs(query, bucket, { drafts, linkSeconds, replicas });
  } catch (error) {
    bucket[Symbol.dispose]();
    throw error;
  }
}
