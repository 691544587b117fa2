import { createHash, timingSafeEqual } from 'node:crypto';
import { PluginErrors } from '../errors.ts';
import { decodeBase64 } from './base64.ts';
import { chunksOf, type ByteSource } from './gunzip.ts';
import { quoted } from './refuse-archive.ts';

/** An algorithm of the specification, from the weakest to the strongest. */
export type IntegrityAlgorithm = 'sha256' | 'sha384' | 'sha512';

/** One hash of an integrity text. */
export interface IntegrityHash {
  readonly algorithm: IntegrityAlgorithm;
  readonly digest: Uint8Array;
  /** What stands behind a `?`; no option has a meaning yet. */
  readonly options?: string;
}

export interface IntegrityOptions {
  /** The weakest algorithm that is good enough. @default 'sha512' */
  readonly minimum?: IntegrityAlgorithm;
  readonly signal?: AbortSignal;
}

const bytesOf: Readonly<Record<IntegrityAlgorithm, number>> = { sha256: 32, sha384: 48, sha512: 64 };
const strength: readonly string[] = Object.keys(bytesOf);

/**
 * Reads an integrity text such as `sha512-…`: several hashes stand apart by spaces, only those of the strongest algorithm
 * count, and one of them has to fit. What is no hash, or of an unknown algorithm, is passed over as the specification says.
 *
 * @throws INTEGRITY_INVALID when no hash is left, or when the strongest is weaker than `minimum`.
 */
export function parseIntegrity(text: string, { minimum = 'sha512' }: IntegrityOptions = {}): readonly IntegrityHash[] {
  const hashes = text.split(/[ \t\n\f\r]+/).flatMap(parseHash);
  const strongest = hashes
    .map(({ algorithm }) => strength.indexOf(algorithm))
    .reduce((one, other) => Math.max(one, other), -1);
  if (strongest < strength.indexOf(minimum)) {
    throw new PluginErrors.INTEGRITY_INVALID({ received: quoted(text), minimum });
  }
  return hashes.filter(({ algorithm }) => strength.indexOf(algorithm) === strongest);
}

/** The integrity text of some bytes. */
export function integrityOf(bytes: Uint8Array, algorithm: IntegrityAlgorithm = 'sha512'): string {
  return `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}`;
}

/** Checks bytes or a whole stream against an integrity text. @throws INTEGRITY_INVALID, INTEGRITY_MISMATCH */
export async function checkIntegrity(source: ByteSource, integrity: string, options?: IntegrityOptions): Promise<void> {
  const through = throughIntegrity(source, integrity, options);
  while (!(await through.next()).done);
}

/**
 * Hands on the chunks of a source, and throws after the last one when they do not fit the integrity text: whoever reads them
 * must not act before the end.
 *
 * @throws INTEGRITY_INVALID, INTEGRITY_MISMATCH
 */
export async function* throughIntegrity(
  source: ByteSource,
  integrity: string,
  options: IntegrityOptions = {},
): AsyncGenerator<Uint8Array> {
  const hashes = parseIntegrity(integrity, options);
  const algorithm = hashes[0]?.algorithm ?? 'sha512';
  const hash = createHash(algorithm);
  for await (const chunk of chunksOf(source)) {
    options.signal?.throwIfAborted();
    hash.update(chunk);
    yield chunk;
  }
  const digest = hash.digest();
  if (hashes.some((each) => timingSafeEqual(each.digest, digest))) return;
  throw new PluginErrors.INTEGRITY_MISMATCH({
    expected: integrity.trim().slice(0, 200),
    received: `${algorithm}-${digest.toString('base64')}`,
  });
}

function parseHash(token: string): readonly IntegrityHash[] {
  const [, name = '', encoded = '', options] =
    /^(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+={0,2})(?:\?([\x21-\x7e]*))?$/.exec(token) ?? [];
  const algorithm = strength.includes(name) ? (name as IntegrityAlgorithm) : undefined;
  const digest = decodeBase64(encoded);
  if (algorithm === undefined || digest?.length !== bytesOf[algorithm]) return [];
  return [{ algorithm, digest, ...(options !== undefined && { options }) }];
}
