// (1) Without a token (only possible on loopback) values are open, and every write and dump is refused.
// (2) With a token everything needs it, except what an endpoint shows to everyone.
// (3) Tokens are compared by digest in constant time; a wrong one tells neither its length nor its prefix.
// (4) A page of another site never gets an answer, nor does a name that somebody pointed at this address.
// (5) An address that keeps sending wrong tokens is not compared with any more until its minute is over.
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { ManagementErrors } from './errors.ts';
import { createLimiter, type Limiter } from './limiter.ts';

/** The headers that decide about access. */
export interface AccessHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly authorization?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
  readonly 'sec-fetch-mode'?: string | string[] | undefined;
}

/** What a request may do. */
export interface Access {
  /** May see values. */
  readonly isTrusted: boolean;
  /** May change things and take dumps. */
  readonly mayWrite: boolean;
}

/** Decides who may do what. */
export interface Guard {
  /** @throws HOST_REFUSED, ORIGIN_REFUSED, TOO_MANY_REQUESTS */
  readonly look: (headers: AccessHeaders, remote: string) => Access;
}

export interface GuardOptions {
  readonly token: string | undefined;
  readonly allowedHosts: ReadonlySet<string>;
  /** Wrong tokens that one address may send in a minute. */
  readonly failuresPerMinute: number;
}

/** Creates the guard of one server. */
export function createGuard({ token, allowedHosts, failuresPerMinute }: GuardOptions): Guard {
  const expected = token === undefined ? undefined : digest(token);
  const limiter = createLimiter({ perSecond: failuresPerMinute / 60, burst: failuresPerMinute });
  // After this long one more may be tried.
  const failures = { limiter, retryAfterSeconds: Math.ceil(60 / failuresPerMinute) };
  return {
    look(headers, remote) {
      checkOrigin(headers);
      if (hasToken(headers, remote, expected, failures)) return { isTrusted: true, mayWrite: true };
      checkHost(headers.host, allowedHosts);
      return { isTrusted: expected === undefined, mayWrite: false };
    },
  };
}

interface Failures {
  readonly limiter: Limiter;
  readonly retryAfterSeconds: number;
}

function hasToken(
  { authorization }: AccessHeaders,
  remote: string,
  expected: Buffer | undefined,
  failures: Failures,
): boolean {
  if (authorization === undefined || expected === undefined) return false;
  const { limiter, retryAfterSeconds } = failures;
  if (limiter.isSpent(remote)) throw new ManagementErrors.TOO_MANY_REQUESTS({ retryAfterSeconds });
  const given = /^bearer +(\S+)$/i.exec(authorization)?.[1];
  const isRight = given !== undefined && timingSafeEqual(digest(given), expected);
  if (!isRight) limiter.take(remote);
  return isRight;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Browsers name the page that asks; only our own pages may. A link that a person follows is no such question. */
function checkOrigin({ origin, host, ...fetched }: AccessHeaders): void {
  if (origin === undefined) {
    const site = fetched['sec-fetch-site'];
    const isOther = site === 'cross-site' || site === 'same-site';
    if (isOther && fetched['sec-fetch-mode'] !== 'navigate')
      throw new ManagementErrors.ORIGIN_REFUSED({ origin: site });
    return;
  }
  if (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()) return;
  throw new ManagementErrors.ORIGIN_REFUSED({ origin });
}

/** An address cannot be pointed elsewhere by DNS, a name can; so names must be known. */
function checkHost(host: string | undefined, allowedHosts: ReadonlySet<string>): void {
  const name = (host ?? '').replace(/:\d*$/, '').toLowerCase();
  const isAddress = isIP(name) !== 0 || (name.startsWith('[') && isIP(name.slice(1, -1)) === 6);
  if (isAddress || name === 'localhost' || allowedHosts.has(name)) return;
  throw new ManagementErrors.HOST_REFUSED({ host: host ?? '' });
}
