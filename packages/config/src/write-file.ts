import { node } from './node.ts';
import { ConfigErrors } from './errors.ts';
import { failureName } from './failure.ts';

/**
 * Writes a file so that readers see the old text or the new one, never a part; only the owner may read it.
 *
 * @throws seaworthy.config.FILE_FAILED
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const draft = `${path}.${node.crypto.randomUUID()}.tmp`;
  try {
    await node.fs.promises.mkdir(node.path.dirname(path), { recursive: true });
    const handle = await node.fs.promises.open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await node.fs.promises.rename(draft, path);
  } catch (error) {
    await node.fs.promises.rm(draft, { force: true }).catch(() => undefined);
    throw new ConfigErrors.FILE_FAILED({ path, done: 'written', reason: failureName(error) }, { cause: error });
  }
}
