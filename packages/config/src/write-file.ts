import { node } from './node.ts';
import { ConfigErrors } from './errors.ts';
import { failureCode, failureName } from './failure.ts';
import { draftOf, removeQuietly, removeStaleDrafts } from './drafts.ts';

/**
 * Writes a file so that readers see the old text or the new one, never a part; only the owner may read it. Drafts that
 * killed writers of the same file left behind are removed.
 *
 * @throws seaworthy.config.FILE_FAILED
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const folder = node.path.dirname(path);
  try {
    await node.fs.promises.mkdir(folder, { recursive: true });
    await removeStaleDrafts(folder, node.path.basename(path));
    await replaceFile(path, text);
  } catch (error) {
    throw notWritten(path, error);
  }
}

/** @param cause What failed, or why in words. */
export function notWritten(path: string, cause: unknown): Error {
  if (ConfigErrors.FILE_FAILED.is(cause)) return cause;
  const reason = typeof cause === 'string' ? cause : failureName(cause);
  return new ConfigErrors.FILE_FAILED({ path, done: 'written', reason }, { cause });
}

const maxAttempts = 10;

/** Writes a draft beside the file and puts it in its place. */
export async function replaceFile(path: string, text: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const draft = draftOf(path);
    try {
      await writeDraft(draft, text);
      await node.fs.promises.rename(draft, path);
      return;
    } catch (error) {
      await removeQuietly(draft);
      // Somebody who cannot see this process, such as one in another container, may take its draft for a stale one.
      if (failureCode(error) !== 'ENOENT' || attempt === maxAttempts) throw error;
    }
  }
}

async function writeDraft(draft: string, text: string): Promise<void> {
  const handle = await node.fs.promises.open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    // Not handle.sync(): Yarn puts handles of its own in their place, which do not have it.
    await node.util.promisify(node.fs.fsync)(handle.fd);
  } finally {
    await handle.close();
  }
}
