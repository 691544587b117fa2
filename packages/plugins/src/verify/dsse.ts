// (1) What is signed are the bytes of the payload and its type, never a text that was parsed and written again.
// (2) A payload is parsed only after enough signatures over it hold.
// (3) A `keyid` is a hint: what counts is the key that a signature holds for, and one key counts once.
import { sign, verify, type KeyObject } from 'node:crypto';
import { PluginErrors } from '../errors.ts';
import { decodeBase64 } from './base64.ts';
import { keyIdOf } from './key-id.ts';
import { isRecord } from '../manifest-values.ts';

/** A signed payload, as DSSE 1.0 writes it. */
export interface Envelope {
  readonly payloadType: string;
  /** The payload in base64. */
  readonly payload: string;
  readonly signatures: readonly EnvelopeSignature[];
}

export interface EnvelopeSignature {
  /** Which key it was, as a hint. */
  readonly keyid?: string;
  readonly sig: string;
}

/** The bytes that a signature is made over: type and payload, each with its length. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType);
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

/** Signs a payload with one or several ed25519 keys. @throws INVALID_OPTION for a key of another kind */
export function signEnvelope(payloadType: string, payload: Uint8Array, privateKeys: readonly KeyObject[]): Envelope {
  const message = preAuthEncoding(payloadType, payload);
  const signatures = privateKeys.map((key) => {
    expectEd25519(key);
    return { keyid: keyIdOf(key), sig: sign(null, message, key).toString('base64') };
  });
  return { payloadType, payload: Buffer.from(payload).toString('base64'), signatures };
}

/** What an envelope is asked to prove. */
export interface EnvelopeDemand {
  readonly payloadType: string;
  /** The public ed25519 keys whose signatures count. */
  readonly keys: readonly KeyObject[];
  /** How many of them have to have signed. @default 1 */
  readonly threshold?: number;
}

export interface VerifiedPayload {
  readonly payload: Uint8Array;
  /** The ids of the keys that have signed. */
  readonly keys: readonly string[];
}

/** Checks the signatures of an envelope. Answers with the payload, or with what is wrong in a few words. */
export function openEnvelope(
  value: unknown,
  { payloadType, keys, threshold = 1 }: EnvelopeDemand,
): VerifiedPayload | string {
  if (!isEnvelope(value)) return 'it is no DSSE envelope';
  if (value.payloadType !== payloadType)
    return `its payload is ${JSON.stringify(value.payloadType)}, not ${payloadType}`;
  const payload = decodeBase64(value.payload);
  if (payload === undefined) return 'its payload is not base64';
  if (value.signatures.length === 0) return 'it has no signature';
  if (value.signatures.length > mostSignatures) return `it has more than ${mostSignatures} signatures`;
  const message = preAuthEncoding(value.payloadType, payload);
  const signers = signersOf(message, value.signatures, keys);
  const needed = Math.max(1, threshold);
  if (signers.length < needed) return shortage(signers.length, needed, value.signatures, keys);
  return { payload, keys: signers };
}

/** Each costs the check of a signature for each key. */
const mostSignatures = 16;

function signersOf(
  message: Uint8Array,
  signatures: readonly EnvelopeSignature[],
  keys: readonly KeyObject[],
): readonly string[] {
  const usable = new Map(keys.filter(isEd25519).map((key) => [keyIdOf(key), key]));
  const found = signatures.flatMap(({ keyid, sig }) => {
    const hinted = usable.get(keyid ?? '');
    const candidates = hinted ? [hinted] : keyid === undefined || keyid === '' ? [...usable.values()] : [];
    const bytes = decodeBase64(sig);
    const signer = bytes?.length === 64 ? candidates.find((key) => verify(null, message, key, bytes)) : undefined;
    return signer ? [keyIdOf(signer)] : [];
  });
  return [...new Set(found)];
}

function shortage(
  found: number,
  needed: number,
  signatures: readonly EnvelopeSignature[],
  keys: readonly KeyObject[],
): string {
  const known = new Set(keys.map(keyIdOf));
  const strangers = signatures.filter(({ keyid }) => keyid !== undefined && !known.has(keyid)).length;
  if (needed > 1) return `${found} of ${needed} keys have signed it`;
  return strangers === signatures.length ? 'no key that is asked for has signed it' : 'its signature does not hold';
}

function isEnvelope(value: unknown): value is Envelope {
  if (!isRecord(value)) return false;
  const { payloadType, payload, signatures } = value;
  if (typeof payloadType !== 'string' || typeof payload !== 'string' || !Array.isArray(signatures)) return false;
  return signatures.every((each) => isRecord(each) && typeof each['sig'] === 'string' && isHint(each['keyid']));
}

function isHint(keyid: unknown): boolean {
  return keyid === undefined || typeof keyid === 'string';
}

function isEd25519(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ed25519' && key.type === 'public';
}

function expectEd25519(key: KeyObject): void {
  if (key.asymmetricKeyType === 'ed25519' && key.type === 'private') return;
  const received = `${key.asymmetricKeyType ?? 'secret'} (${key.type})`;
  throw new PluginErrors.INVALID_OPTION({ option: 'privateKeys', expected: 'private ed25519 keys', received });
}
