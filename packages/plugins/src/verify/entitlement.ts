// Entitlements that a registry has signed, checked without asking it.
import satisfies from 'semver/functions/satisfies.js';
import validVersion from 'semver/functions/valid.js';
import validRange from 'semver/ranges/valid.js';
import { PluginErrors } from '../errors.ts';
import { expectKnown, type OptionNames } from '../expect-option.ts';
import { isStrings } from '../manifest-values.ts';
import { quoted } from './refuse-archive.ts';
import { openToken, type PublishedKeys } from './signed-token.ts';

/** What a registry says that somebody has paid for. */
export interface Entitlement {
  /** Its number at the registry. */
  readonly id: number;
  /** The account that asked for it. */
  readonly holder: string;
  readonly package: string;
  /** The versions that it covers. */
  readonly range: string;
  readonly features: readonly string[];
  /** Who or what uses it: an account, or an account and a device. */
  readonly seat: string;
  readonly issuedAt: string;
  /** Of this token; the entitlement itself may last longer, and gives a new token then. */
  readonly expiresAt: string;
  /** `jti`, which a list of revoked ones names. */
  readonly tokenId: string;
}

/** The tokens that a registry has revoked before their time. */
export interface Revocations {
  readonly issuedAt: string;
  /** An older list says nothing any more. */
  readonly expiresAt: string;
  readonly revoked: ReadonlySet<string>;
}

interface Checked {
  /** The answer of `/.well-known/jwks.json`, parsed. */
  readonly keys: PublishedKeys;
  /** Milliseconds since 1970. @default Date.now() */
  readonly now?: number;
  /** How far clocks may differ. @default 60000 */
  readonly leewayMs?: number;
  /** @default 'seaworthy' */
  readonly issuer?: string;
}

export interface VerifyEntitlementOptions extends Checked {
  /** What is to be used: the name of a package, and its version. */
  readonly package: string;
  readonly version: string;
  /** From `verifyRevocations`. @default none is known to be revoked */
  readonly revocations?: Revocations;
}

export type VerifyRevocationsOptions = Checked;

const checkNames: OptionNames<Checked> = { keys: true, now: true, leewayMs: true, issuer: true };
const optionNames: OptionNames<VerifyEntitlementOptions> = {
  ...checkNames,
  package: true,
  version: true,
  revocations: true,
};

/**
 * Checks that a token entitles to a version of a package, with nothing but what it is given.
 *
 * @throws ENTITLEMENT_INVALID, ENTITLEMENT_MISMATCH, ENTITLEMENT_EARLY, ENTITLEMENT_EXPIRED, ENTITLEMENT_REVOKED, REVOCATIONS_REFUSED; UNKNOWN_OPTION
 */
export function verifyEntitlement(token: string, options: VerifyEntitlementOptions): Entitlement {
  expectKnown('', options, optionNames);
  const { keys, package: name, version, now = Date.now(), leewayMs = 60_000, issuer = 'seaworthy' } = options;
  const demand = { keys, issuer, type: 'seaworthy-entitlement+jwt', audience: 'seaworthy-entitlement' };
  const claims = openToken(token, { ...demand, mostCharacters: 16_384 });
  if (typeof claims === 'string') throw invalid(name, claims);
  const entitlement = entitlementOf(claims);
  if (entitlement === undefined) throw invalid(name, 'something that it has to say is missing or of another kind');
  const wanted = `${name}@${version}`;
  if (entitlement.package !== name || !coversVersion(entitlement.range, version)) {
    const granted = quoted(`${entitlement.package}@${entitlement.range}`);
    throw new PluginErrors.ENTITLEMENT_MISMATCH({ granted, wanted: quoted(wanted) });
  }
  const from = Number(claims['nbf']) * 1_000;
  if (!(from <= now + leewayMs)) throw new PluginErrors.ENTITLEMENT_EARLY({ package: name, from: timeOf(from) });
  const { expiresAt } = entitlement;
  if (!(now - leewayMs < Date.parse(expiresAt))) {
    throw new PluginErrors.ENTITLEMENT_EXPIRED({ package: name, expired: expiresAt });
  }
  checkRevocations(entitlement, options.revocations, now - leewayMs);
  return entitlement;
}

/** Reads the answer of `/api/v1/entitlements/revoked`. Keep the newest that you have seen. @throws REVOCATIONS_REFUSED, UNKNOWN_OPTION */
export function verifyRevocations(list: string, options: VerifyRevocationsOptions): Revocations {
  expectKnown('', options, checkNames);
  const { keys, now = Date.now(), leewayMs = 60_000, issuer = 'seaworthy' } = options;
  const demand = { keys, issuer, type: 'seaworthy-revocations+jwt', audience: 'seaworthy-revocations' };
  const claims = openToken(list, { ...demand, mostCharacters: 16_777_216 });
  if (typeof claims === 'string') throw refused(claims);
  const { iat, exp, revoked } = claims;
  if (!isTime(iat) || !isTime(exp) || !isStrings(revoked)) throw refused('it is no list with its times');
  const [issuedAt, expiresAt] = [timeOf(iat * 1_000), timeOf(exp * 1_000)];
  if (!(iat * 1_000 <= now + leewayMs)) throw refused(`it is of ${issuedAt}, which is still to come`);
  if (!(now - leewayMs < exp * 1_000)) throw refused(`it was good until ${expiresAt}`);
  return { issuedAt, expiresAt, revoked: new Set(revoked) };
}

/**
 * Whether a range of versions has a version. Only their order counts: `2.0.0-rc.1` comes before 2.0.0, so `^1.0.0` and `^2.0.0` are
 * without it, and `*` and `^2.0.0-0` have it.
 */
export function coversVersion(range: string, version: string): boolean {
  return (
    isVersionRange(range) && validVersion(version) !== null && satisfies(version, range, { includePrerelease: true })
  );
}

/** Whether a text is a range of versions as npm has them. */
export function isVersionRange(range: string): boolean {
  return range.length <= 200 && range.trim() !== '' && validRange(range) !== null;
}

function entitlementOf(claims: Readonly<Record<string, unknown>>): Entitlement | undefined {
  const { sub, jti, iat, nbf, exp, entitlement: id, package: name, range, features, seat } = claims;
  if (!isText(sub) || !isText(jti) || !isText(name) || !isText(range) || !isText(seat)) return undefined;
  if (!isTime(iat) || !isTime(nbf) || !isTime(exp) || !Number.isSafeInteger(id) || !isStrings(features))
    return undefined;
  const [issuedAt, expiresAt] = [timeOf(iat * 1_000), timeOf(exp * 1_000)];
  return { id: Number(id), holder: sub, package: name, range, features, seat, issuedAt, expiresAt, tokenId: jti };
}

/** A list that is over is none: whoever holds back newer ones can do so only until then. */
function checkRevocations({ package: name, tokenId }: Entitlement, list: Revocations | undefined, at: number): void {
  if (list === undefined) return;
  if (!(at < Date.parse(list.expiresAt))) throw refused(`it was good until ${list.expiresAt}`);
  if (list.revoked.has(tokenId)) throw new PluginErrors.ENTITLEMENT_REVOKED({ package: name });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Seconds since 1970 that are a date. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 253_402_300_799;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

function invalid(name: string, reason: string): Error {
  return new PluginErrors.ENTITLEMENT_INVALID({ package: name, reason });
}

function refused(reason: string): Error {
  return new PluginErrors.REVOCATIONS_REFUSED({ reason });
}
