// Compact JSON Web Signatures, as a registry makes them. (1) The algorithm is ours to say, and so is the kind: never what the
// token names. (2) A key is one of those that were given: what a token brings along is not looked at.
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { isRecord } from '../manifest-values.ts';
import { parseJson } from './plain.ts';
import { quoted } from './refuse-archive.ts';

/** Public keys as a registry serves them from `/.well-known/jwks.json` (RFC 7517), parsed. */
export interface PublishedKeys {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

export interface TokenDemand {
  readonly keys: PublishedKeys;
  /** The media type in its head, which keeps one kind of token from being used as another. */
  readonly type: string;
  readonly issuer: string;
  readonly audience: string;
  /** A longer one is not read. */
  readonly mostCharacters: number;
}

/** What a good token says; a text is why it is not good. Times are left to the caller. */
export function openToken(token: string, demand: TokenDemand): Readonly<Record<string, unknown>> | string {
  if (typeof token !== 'string' || token.length > demand.mostCharacters) return 'it is no text, or too long';
  const [head, body, sig, ...others] = token.split('.');
  if (head === undefined || body === undefined || sig === undefined || others.length > 0)
    return 'it has not three parts';
  const header = parsePart(head);
  if (header === undefined) return 'its head is no JSON object in base64url';
  const key = keyOf(header, demand);
  if (typeof key === 'string') return key;
  const signature = decodePart(sig);
  if (signature?.length !== 64 || !verify(null, Buffer.from(`${head}.${body}`), key, signature)) {
    return 'its signature does not hold';
  }
  const claims = parsePart(body);
  if (claims === undefined) return 'its body is no JSON object in base64url';
  const { iss, aud } = claims;
  if (iss !== demand.issuer) return `it is of the issuer ${shown(iss)}, and ${quoted(demand.issuer)} is expected`;
  // A list of audiences would be good at several places.
  if (aud !== demand.audience)
    return `it is for the audience ${shown(aud)}, and ${quoted(demand.audience)} is expected`;
  return claims;
}

function keyOf(header: Readonly<Record<string, unknown>>, { keys: given, type }: TokenDemand): KeyObject | string {
  const { alg, typ, kid, crit, b64 } = header;
  if (alg !== 'EdDSA') return `its algorithm is ${shown(alg)}, and "EdDSA" is expected`;
  if (typ !== type) return `its type is ${shown(typ)}, and ${quoted(type)} is expected`;
  if (crit !== undefined || b64 !== undefined) return 'its head asks for an extension';
  const keys: unknown = isRecord(given) ? given['keys'] : undefined;
  if (!Array.isArray(keys)) return 'the keys to check it with are no key set';
  const found = keys.filter((each): each is Jwk => isRecord(each) && typeof kid === 'string' && each['kid'] === kid);
  const [jwk] = found;
  if (jwk === undefined || found.length > 1) return `its key ${shown(kid)} is not one of those that were given`;
  return publicKeyOf(jwk) ?? `its key ${shown(kid)} is no Ed25519 key for signatures`;
}

type Jwk = Readonly<Record<string, unknown>>;

/** A key that was published for another use, or for another algorithm, is not used for this one. */
function publicKeyOf({ kty, crv, x, use = 'sig', alg = 'EdDSA' }: Jwk): KeyObject | undefined {
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || use !== 'sig' || alg !== 'EdDSA') return undefined;
  if (decodePart(x)?.length !== 32) return undefined;
  try {
    return createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** Read in exactly one way, so that a token has one spelling. */
function decodePart(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return text !== '' && bytes.toString('base64url') === text ? bytes : undefined;
}

function parsePart(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(decodePart(text)?.toString() ?? '');
  return isRecord(value) ? value : undefined;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : quoted(JSON.stringify(value) ?? 'none').slice(1, -1);
}
