import { isRecord } from '../manifest-values.ts';

/** What a keys file says, before it is signed. */
export interface KeysContent {
  /** A whole number that rises with every change. */
  readonly version: number;
  /** When the file stops counting, in ISO 8601: a holder of old files cannot keep anyone on them for longer. */
  readonly expires: string;
  readonly keys: readonly PublisherKey[];
  /** New roots for the versions after this one; without them the roots stay. Public keys: SPKI in base64. */
  readonly roots?: { readonly keys: readonly string[]; readonly threshold?: number };
}

/** A key of a publisher. */
export interface PublisherKey {
  /** The public ed25519 key: SPKI in base64. */
  readonly key: string;
  /** Whose it is, for people. */
  readonly owner?: string;
  /** Not used before, in ISO 8601. */
  readonly from?: string;
  /** Not used from then on, in ISO 8601. */
  readonly until?: string;
  /** Not used any more, whatever it has signed: whoever has stolen it can write any time into a signature. */
  readonly revoked?: { readonly at: string; readonly reason?: string };
}

/** Reads parsed JSON as the content of a keys file, or says what is wrong. */
export function readKeysContent(value: unknown): KeysContent | string {
  if (!isRecord(value)) return 'it is no object';
  const { version, expires, keys, roots } = value;
  if (!Number.isSafeInteger(version) || Number(version) < 1) return 'its version is no whole number above 0';
  if (!isTime(expires)) return 'it has no time at which it expires';
  if (!Array.isArray(keys) || !keys.every(isKey))
    return 'its keys are no list of { key, owner?, from?, until?, revoked? }';
  if (roots !== undefined && !isRoots(roots))
    return 'its roots are no { keys, threshold? } of texts and a whole number';
  return value as unknown as KeysContent;
}

/** A time that every reader understands alike: ISO 8601 in UTC. */
function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value));
}

function isKey(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { key, owner, from, until, revoked } = value;
  const isRevoked = isRecord(revoked) && isTime(revoked['at']) && isTextOrNothing(revoked['reason']);
  const times = [from, until].every((time) => time === undefined || isTime(time));
  return typeof key === 'string' && isTextOrNothing(owner) && times && (revoked === undefined || isRevoked);
}

function isRoots(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { keys, threshold = 1 } = value;
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) return false;
  return Number.isSafeInteger(threshold) && Number(threshold) >= 1 && Number(threshold) <= new Set(keys).size;
}

function isTextOrNothing(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
