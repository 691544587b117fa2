// Short-lived tokens, by JWT: other services of a company check them by the keys that this server publishes, without asking it.
import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Account } from './sessions.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface ShortToken {
  readonly token: string;
  readonly expiresAt: string;
}

/** What a token says; the role is asked anew with each request. */
export interface ShortTokenClaims {
  readonly account: string;
  readonly scope: 'read' | 'publish';
  /** Names the token that it was made with. */
  readonly tokenKey: string;
  /** Where that one may be sent from, if not from everywhere. */
  readonly networks?: readonly string[] | undefined;
  /** By ISO 8601. */
  readonly expiresAt: string;
}

export interface ShortTokens {
  /** Good for no more than the token that was sent: not from elsewhere, and not for longer. */
  issue(account: Account): Promise<ShortToken>;
  /** Undefined when it is over, of somebody else, or not a token at all. */
  verify(token: string): Promise<ShortTokenClaims | undefined>;
  readonly keys: SigningKeys;
}

export interface ShortTokensOptions {
  readonly keys: SigningKeys;
  /** How long one is good, in milliseconds. */
  readonly tokenMs: number;
  readonly now: () => number;
}

const issuer = 'seaworthy';
const audience = 'seaworthy-server';

const claims = z.object({
  sub: z.string(),
  exp: z.number(),
  scope: z.enum(['read', 'publish']),
  key: z.string(),
  networks: z.array(z.string()).optional(),
});

export function createShortTokens({ keys, tokenMs, now }: ShortTokensOptions): ShortTokens {
  return {
    keys,
    async issue({ name, scope, role, tokenKey, networks = [], expiresAt }) {
      const { kid, key } = await keys.current();
      const end = Math.min(now() + tokenMs, expiresAt ? Date.parse(expiresAt) : Infinity);
      const [from, until] = [Math.floor(now() / 1_000), Math.floor(end / 1_000)];
      const token = await new SignJWT({ scope, role, key: tokenKey, ...(networks.length > 0 && { networks }) })
        .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' })
        .setSubject(name)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(from)
        .setExpirationTime(until)
        .sign(key);
      return { token, expiresAt: new Date(until * 1_000).toISOString() };
    },
    async verify(token) {
      const known = createLocalJWKSet({ keys: [...(await keys.published()).keys] });
      try {
        // The algorithm is ours to say: never what the token names.
        const { payload } = await jwtVerify(token, known, {
          issuer,
          audience,
          algorithms: ['EdDSA'],
          typ: 'JWT',
          currentDate: new Date(now()),
          requiredClaims: ['exp', 'sub'],
        });
        const { success, data } = claims.safeParse(payload);
        if (!success) return undefined;
        const { sub: account, exp, scope, key: tokenKey, networks } = data;
        return { account, scope, tokenKey, networks, expiresAt: new Date(exp * 1_000).toISOString() };
      } catch {
        return undefined;
      }
    },
  };
}

/** Whether it has the shape of one; tokens of npm do not. */
export function looksShort(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
}
