import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigErrors } from './errors.ts';
import { failureName } from './failure.ts';

/**
 * Writes a file so that readers see the old text or the new one, never a part; only the owner may read it.
 *
 * @throws seaworthy.config.FILE_FAILED
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw new ConfigErrors.FILE_FAILED({ path, done: 'written', reason: failureName(error) }, { cause: error });
  }
}
