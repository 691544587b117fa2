import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openKeys, refused, type KeyRing, type Roots, type SeenKeys } from './keys.ts';
import { isRecord } from '../manifest-values.ts';

export interface ReadKeysOptions {
  /** Public keys of the roots, built into the application. */
  readonly roots: Roots;
  /**
   * Where the newest accepted version is remembered, so that an older file is refused after a restart; `false` for nowhere.
   *
   * @default the path of the keys file and `.seen`
   */
  readonly seenPath?: string | false;
  /** Milliseconds since 1970. @default Date.now() */
  readonly now?: number;
  readonly signal?: AbortSignal;
}

/**
 * Reads a keys file: one envelope, or a list of envelopes in the order of their versions.
 *
 * @throws KEYS_REFUSED, also when it cannot be read.
 */
export async function readKeys(path: string | URL, options: ReadKeysOptions): Promise<KeyRing> {
  const file = typeof path === 'string' ? path : fileURLToPath(path);
  const { roots, seenPath = `${file}.seen`, now = Date.now(), signal } = options;
  const content = await readJson(file, signal);
  const seen = seenPath === false ? undefined : await readSeen(seenPath, signal);
  const envelopes: readonly unknown[] = Array.isArray(content) ? content : [content];
  const ring = openKeys(envelopes, roots, { now, ...(seen && { seen }) });
  if (seenPath !== false && ring.version !== seen?.version) await writeSeen(seenPath, ring);
  return ring;
}

async function readJson(path: string, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, { encoding: 'utf8', ...(signal && { signal }) }));
  } catch (error) {
    signal?.throwIfAborted();
    throw refused(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** A memory that is damaged is no reason to forget. */
async function readSeen(path: string, signal: AbortSignal | undefined): Promise<SeenKeys | undefined> {
  let text: string;
  try {
    text = await readFile(path, { encoding: 'utf8', ...(signal && { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw refused(`${path}, which remembers the newest version, cannot be read`, error);
  }
  const seen = parseSeen(text);
  if (seen === undefined) throw refused(`${path}, which remembers the newest version, is damaged`);
  return seen;
}

function parseSeen(text: string): SeenKeys | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return undefined;
    const { version, digest } = value;
    return typeof version === 'number' && typeof digest === 'string' ? { version, digest } : undefined;
  } catch {
    return undefined;
  }
}

async function writeSeen(path: string, { version, digest }: KeyRing): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, `${JSON.stringify({ version, digest })}\n`, { flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw refused(`${path} cannot be written, so an older file could come back`, error);
  }
}
