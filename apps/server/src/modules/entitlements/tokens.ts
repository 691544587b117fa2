// Entitlements as tokens (JWT) that programs check by the published keys, without asking. A type and an audience of their own keep
// them from being tokens of access, and tokens of access from being them.
import { SignJWT, type JWTPayload } from 'jose';
import type { SigningKeys } from '../accounts/signing-keys.ts';

export interface EntitlementClaims {
  readonly jti: string;
  /** The account that asked for it. */
  readonly account: string;
  readonly entitlement: number;
  readonly package: string;
  readonly range: string;
  readonly features: readonly string[];
  readonly seat: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

export interface EntitlementTokens {
  sign(claims: EntitlementClaims): Promise<string>;
  /** The list of the tokens that are revoked. */
  signRevoked(revoked: readonly string[], now: number): Promise<string>;
}

const issuer = 'seaworthy';
const [minuteMs, dayMs] = [60_000, 86_400_000];
/** A program that cannot fetch the list anew goes on with an old one so long. */
const listMs = 7 * dayMs;
/** The longest that a token is good. */
export const mostDays = 30;
/** A key is published so long after it was replaced: until its last token is over everywhere. */
export const publishedMs: number = mostDays * dayMs + 60 * minuteMs;

export function createEntitlementTokens(keys: Pick<SigningKeys, 'current'>): EntitlementTokens {
  const sign = async (kind: string, payload: JWTPayload, from: number, until: number): Promise<string> => {
    const { kid, key } = await keys.current();
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'EdDSA', kid, typ: `seaworthy-${kind}+jwt` })
      .setIssuer(issuer)
      .setIssuedAt(seconds(from))
      .setExpirationTime(seconds(until))
      .sign(key);
  };
  return {
    sign({ account, from, until, ...said }) {
      const claims = { ...said, aud: 'seaworthy-entitlement', sub: account, nbf: seconds(from) };
      return sign('entitlement', claims, from, until);
    },
    signRevoked(revoked, now) {
      // The same within a minute, so that caches have one.
      const from = Math.floor(now / minuteMs) * minuteMs;
      return sign('revocations', { aud: 'seaworthy-revocations', revoked }, from, from + listMs);
    },
  };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
