import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliErrors } from '../errors.ts';
import { reasonOf, sentence } from '../project/problem.ts';

/** Reads keys from PEM files. @throws KEY_UNREADABLE */
export function readKeys(
  paths: readonly string[],
  kind: 'private' | 'public',
  cwd: string,
): Promise<readonly KeyObject[]> {
  return Promise.all(paths.map((path) => readKey(path, kind, cwd)));
}

async function readKey(path: string, kind: 'private' | 'public', cwd: string): Promise<KeyObject> {
  try {
    const text = await readFile(resolve(cwd, path), 'utf8');
    const key = kind === 'private' ? createPrivateKey(text) : createPublicKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
    throw new CliErrors.KEY_UNREADABLE({ path, kind, reason: `It is a key of the type ${key.asymmetricKeyType}.` });
  } catch (error) {
    if (CliErrors.KEY_UNREADABLE.is(error)) throw error;
    throw new CliErrors.KEY_UNREADABLE({ path, kind, reason: sentence(reasonOf(error)) }, { cause: error });
  }
}
