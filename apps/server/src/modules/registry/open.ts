import { join } from 'node:path';
import { openBlobs, type Blobs } from './blobs.ts';
import { openSigningKey, type SigningKey } from './signing.ts';
import type { RegistryStore } from './store.ts';

/** What the registry keeps beside the database. */
export interface RegistryFiles {
  readonly blobs: Blobs;
  readonly key: SigningKey;
}

export interface RegistryFilesLogger {
  info(fields: object, message: string): void;
}

/**
 * Opens the archives and the signing key, and removes archives that no version names: a server that was killed between
 * the two has left them.
 *
 * @throws ServerErrors.ARCHIVES_UNREADABLE
 */
export async function openRegistryFiles(
  dataDir: string,
  store: Pick<RegistryStore, 'needed'>,
  logger: RegistryFilesLogger,
): Promise<RegistryFiles> {
  const key = openSigningKey(join(dataDir, 'registry-key.pem'));
  const blobs = await openBlobs(join(dataDir, 'archives'));
  const removed = await blobs.sweep((sha256) => store.needed(sha256));
  if (removed > 0) logger.info({ removed }, 'archives without a version were removed');
  return { blobs, key };
}
