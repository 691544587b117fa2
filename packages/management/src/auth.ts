// (1) Without a token (only possible on loopback) values are open and every write is refused.
// (2) With a token everything needs it, except what an endpoint shows to everyone.
// (3) Tokens are compared by digest in constant time; a wrong one tells neither its length nor its prefix.
// (4) A page of another site never gets an answer, nor does a name that somebody pointed at this address.
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { ManagementErrors } from './errors.ts';

/** The headers that decide about access. */
export interface AccessHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly authorization?: string | undefined;
}

/** Decides who may do what. */
export interface Guard {
  /** True when the request may see values. @throws HOST_REFUSED, ORIGIN_REFUSED */
  readonly mayRead: (headers: AccessHeaders) => boolean;
  /** @throws UNAUTHENTICATED, WRITE_REFUSED */
  readonly checkWrite: (headers: AccessHeaders) => void;
}

/** Creates the guard of one server. */
export function createGuard(token: string | undefined, allowedHosts: ReadonlySet<string>): Guard {
  const expected = token === undefined ? undefined : digest(token);
  const hasToken = ({ authorization }: AccessHeaders): boolean => {
    const given = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    return given !== undefined && expected !== undefined && timingSafeEqual(digest(given), expected);
  };
  return {
    mayRead(headers) {
      checkOrigin(headers);
      if (hasToken(headers)) return true;
      checkHost(headers.host, allowedHosts);
      return expected === undefined;
    },
    checkWrite(headers) {
      if (expected === undefined) throw new ManagementErrors.WRITE_REFUSED();
      if (!hasToken(headers)) throw new ManagementErrors.UNAUTHENTICATED();
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Browsers name the page that asks; only our own pages may. */
function checkOrigin({ origin, host }: AccessHeaders): void {
  if (origin === undefined) return;
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
