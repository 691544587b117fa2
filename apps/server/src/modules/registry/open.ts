import { join } from 'node:path';
import { openBlobs, type Blobs } from './blobs.ts';
import { makeSigningKey, openSigningKey, signingKeyOf, type SigningKey } from './signing.ts';
import type { Watch } from '../../jobs.ts';
import { readOrMake, type SharedText } from '../../storage/secrets.ts';
import type { RegistryStore } from './store.ts';

/** What the registry keeps beside its tables. */
export interface RegistryFiles {
  readonly blobs: Blobs;
  readonly key: SigningKey;
}

export interface RegistryFilesLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * Opens the archives and the signing key in a folder, and removes archives that no version names: a server that was killed
 * between the two has left them.
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
  await sweep(blobs, store, logger);
  return { blobs, key };
}

/** The same for instances that share a database: the key is in it, and the archives are where all of them find them. */
export async function openSharedFiles(
  blobs: Blobs,
  key: SharedText,
  store: Pick<RegistryStore, 'needed'>,
  logger: RegistryFilesLogger,
  options: { readonly sweep: boolean },
): Promise<RegistryFiles> {
  const opened = signingKeyOf(await readOrMake(key, makeSigningKey));
  if (options.sweep) await sweep(blobs, store, logger);
  return { blobs, key: opened };
}

/** How often archives without a version are looked for where other instances may leave some, in milliseconds. */
const sweepMs = 3_600_000;

/** Sweeps until it is disposed of, one after the other. What fails is tried again an hour later. */
export function sweepRegularly(
  blobs: Blobs,
  store: Pick<RegistryStore, 'needed'>,
  logger: RegistryFilesLogger,
  { isAtOnce, watch = (work) => work() }: { readonly isAtOnce: boolean; readonly watch?: Watch },
): AsyncDisposable {
  const ending = new AbortController();
  let sweeping: Promise<void> = Promise.resolve();
  const again = (): void => {
    sweeping = sweeping
      .then(() => watch(() => sweep(blobs, store, logger, ending.signal)))
      .catch((error: unknown) => {
        if (ending.signal.aborted) return;
        logger.warn({ err: error }, 'archives without a version could not be looked for');
      });
  };
  const timer = setInterval(again, sweepMs).unref();
  if (isAtOnce) again();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      ending.abort();
      await sweeping;
    },
  };
}

async function sweep(
  blobs: Blobs,
  store: Pick<RegistryStore, 'needed'>,
  logger: RegistryFilesLogger,
  signal?: AbortSignal,
): Promise<void> {
  const removed = await blobs.sweep((sha256) => store.needed(sha256), signal);
  if (removed > 0) logger.info({ removed }, 'archives without a version were removed');
}
