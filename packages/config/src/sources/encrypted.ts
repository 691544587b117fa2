import { failureCode, failureName } from '../failure.ts';
import { node } from '../node.ts';
import { expectOptions, expectText } from '../options.ts';
import { decryptText, encryptText, type Passphrase } from '../encryption.ts';
import { readText, stillMissing } from '../read-text.ts';
import { writeFileAtomically } from '../write-file.ts';
import { bindTree } from './bind-tree.ts';
import { emptyReading, failedReading, type ReadContext, type Reading, type Source } from './source.ts';

export interface EncryptedFileOptions {
  readonly passphrase: Passphrase;
  /** A missing file is no problem. @default false */
  readonly optional?: boolean;
}

/** An encrypted JSON file, written by `writeEncryptedFile`. A changed file and a wrong passphrase are problems. */
export function encryptedFile(path: string, options: EncryptedFileOptions): Source {
  expectText('path', path, 'the path of a file');
  expectOptions<EncryptedFileOptions>(options, { passphrase: true, optional: true });
  const { passphrase, optional = false } = options;
  return {
    name: path,
    read: async (context) => {
      try {
        return await readEncrypted(path, passphrase, context);
      } catch (error) {
        if (failureCode(error) !== 'ENOENT') return failedReading(path, `could not be read (${failureName(error)}).`);
        if (!optional) return failedReading(path, 'expected this file to exist.');
        return { ...emptyReading, isCurrent: [stillMissing(node.path.resolve(context.cwd, path))] };
      }
    },
    directories: ({ cwd }) => [node.path.dirname(node.path.resolve(cwd, path))],
  };
}

async function readEncrypted(path: string, passphrase: Passphrase, context: ReadContext): Promise<Reading> {
  const { text: sealed, isCurrent } = await readText(node.path.resolve(context.cwd, path), context);
  const opened = await decryptText(sealed, passphrase);
  if ('problem' in opened) return failedReading(path, opened.problem);
  try {
    return { ...bindTree(JSON.parse(opened.text), context.shape, () => path), isCurrent: [isCurrent] };
  } catch {
    // No position: it would say something of the secret text.
    return failedReading(path, 'is not JSON once it is decrypted.');
  }
}

export interface WriteEncryptedOptions {
  readonly passphrase: Passphrase;
}

/**
 * Writes values to a file that `encryptedFile` reads, whole or not at all; only the owner may read it. AES-256-GCM, with a
 * key derived by scrypt.
 *
 * @throws seaworthy.config.FILE_FAILED, NO_PASSPHRASE, BAD_OPTION
 */
export async function writeEncryptedFile(path: string, values: object, options: WriteEncryptedOptions): Promise<void> {
  expectText('path', path, 'the path of a file');
  expectOptions<WriteEncryptedOptions>(options, { passphrase: true });
  await writeFileAtomically(path, await encryptText(JSON.stringify(values), options.passphrase));
}
