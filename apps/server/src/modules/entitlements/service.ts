import { randomUUID } from 'node:crypto';
import { coversVersion, isVersionRange } from '@seaworthy/plugins/trust';
import { ServerErrors } from '../../errors.ts';
import { requireRight } from '../accounts/roles.ts';
import type { Accounts, AuditTrail } from '../accounts/service.ts';
import type { Account } from '../accounts/sessions.ts';
import { readMembers } from '../marketplace/namespaces-store.ts';
import type { MarketStore } from '../marketplace/store.ts';
import { claimToken, releaseSeat, revokedTokens, seatsOf, type ClaimOutcome } from './seats-store.ts';
import {
  addEntitlement,
  findEntitlement,
  findPackage,
  isHolder,
  isIssuer,
  listGiven,
  listHeld,
  listOfPackage,
  rangesOf,
  renewEntitlement,
  revokeEntitlement,
  type Holder,
  type Seat,
  type StoredEntitlement,
} from './store.ts';
import { mostDays, type EntitlementTokens } from './tokens.ts';

export interface Grant extends Pick<StoredEntitlement, 'holder' | 'versions' | 'expiresAt' | 'seats' | 'reference'> {
  /** @default now */
  readonly notBefore?: string | undefined;
  readonly features: readonly string[];
}

export interface IssuedEntitlement {
  readonly token: string;
  readonly jti: string;
  readonly seat: string;
  readonly expiresAt: string;
}

/** Who may use what has to be paid for. */
export interface Entitlements {
  /** @throws NOT_AN_ISSUER, PACKAGE_UNKNOWN, ACCOUNT_UNKNOWN, NAMESPACE_UNKNOWN, ENTITLEMENT_REFUSED, REFERENCE_TAKEN */
  grant(name: string, grant: Grant, by: Account): Promise<StoredEntitlement>;
  /** Those that were given to a package, newest first. @throws NOT_AN_ISSUER, PACKAGE_UNKNOWN */
  ofPackage(
    name: string,
    range: { readonly size: number; readonly from: number },
    by: Account,
  ): Promise<{ readonly total: number; readonly found: readonly StoredEntitlement[] }>;
  /** The own ones, and those of the own namespaces. */
  held(by: Pick<Account, 'id'>): Promise<readonly StoredEntitlement[]>;
  /** Those to the own packages. */
  given(by: Pick<Account, 'id'>): Promise<readonly StoredEntitlement[]>;
  /** For its holder and its issuers. @throws ENTITLEMENT_UNKNOWN */
  find(id: number, by: Account): Promise<StoredEntitlement & { readonly taken: readonly Seat[] }>;
  /** @throws ENTITLEMENT_UNKNOWN, NOT_AN_ISSUER, ENTITLEMENT_REFUSED, ENTITLEMENT_NOT_IN_FORCE */
  renew(
    id: number,
    change: { readonly expiresAt: string | null; readonly seats?: number | null | undefined },
    by: Account,
  ): Promise<StoredEntitlement>;
  /** @throws ENTITLEMENT_UNKNOWN, NOT_AN_ISSUER */
  revoke(id: number, reason: string, by: Account): Promise<void>;
  /** @throws ENTITLEMENT_UNKNOWN, ENTITLEMENT_NOT_IN_FORCE, SEATS_TAKEN, SEAT_TOKENS */
  token(
    id: number,
    wanted: { readonly device?: string | undefined; readonly days: number },
    by: Account,
  ): Promise<IssuedEntitlement>;
  /** @throws ENTITLEMENT_UNKNOWN, SEAT_UNKNOWN */
  release(id: number, seat: string, by: Account): Promise<void>;
  /** The signed list of the tokens that are revoked. */
  revoked(): Promise<string>;
  /** Whether an account may have this version of a package. */
  covers(accountId: number, name: string, version: string): Promise<boolean>;
}

export interface EntitlementsOptions {
  readonly store: MarketStore;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly audit: AuditTrail;
  readonly tokens: EntitlementTokens;
  readonly now?: () => Date;
}

const dayMs = 86_400_000;
/** Longer than the clocks of programs differ. */
const rememberedMs = 3_600_000;
const mostTokens = 32;
const mostShown = 200;

export function createEntitlements(options: EntitlementsOptions): Entitlements {
  const { store, audit, tokens, now = () => new Date() } = options;
  const after = (ms: number): string => wholeSeconds(now().getTime() + ms);
  const soldBy = async (name: string, by: Account): Promise<number> => {
    const found = await store.read((db) => findPackage(db, name));
    const isSeller = await store.read((db) => isIssuer(db, name, by.id));
    if (found === undefined || (found.access === 'restricted' && !isSeller)) {
      throw new ServerErrors.PACKAGE_UNKNOWN({ name });
    }
    if (!isSeller) throw new ServerErrors.NOT_AN_ISSUER({ account: by.name, name });
    return found.id;
  };
  const seen = async (id: number, by: Account) => {
    const found = await store.read((db) => findEntitlement(db, id));
    if (found === undefined) throw new ServerErrors.ENTITLEMENT_UNKNOWN({ id });
    const [isOwn, isSold] = await store.read((db) =>
      Promise.all([isHolder(db, id, by.id), isIssuer(db, found.package, by.id)]),
    );
    if (!isOwn && !isSold) throw new ServerErrors.ENTITLEMENT_UNKNOWN({ id });
    return { found, isSold };
  };
  const sold = async (id: number, by: Account): Promise<StoredEntitlement> => {
    requireRight(by, 'publish');
    const { found, isSold } = await seen(id, by);
    if (!isSold) throw new ServerErrors.NOT_AN_ISSUER({ account: by.name, name: found.package });
    return found;
  };
  return {
    async grant(name, { holder, features, reference, versions, seats, ...times }, by) {
      requireRight(by, 'publish');
      if (!isVersionRange(versions)) throw refused(`${JSON.stringify(versions)} is no range of versions`);
      const packageId = await soldBy(name, by);
      const at = now().toISOString();
      const { notBefore, expiresAt } = timesOf(times, at);
      const whom = await holderOf(options, holder);
      const wanted = { packageId, holder: whom, versions, notBefore, expiresAt, seats, features, reference, at };
      const given = await store.write((db) => addEntitlement(db, { ...wanted, accountId: by.id }));
      if (given === undefined) throw new ServerErrors.REFERENCE_TAKEN({ name, reference });
      const { id, createdAt } = given;
      if (createdAt === at) await audit.record('entitlement granted', { account: by.name, ...given, entitlement: id });
      return given;
    },
    async ofPackage(name, range, by) {
      const packageId = await soldBy(name, by);
      return store.read((db) => listOfPackage(db, packageId, range));
    },
    held: ({ id }) => store.read((db) => listHeld(db, id, mostShown)),
    given: ({ id }) => store.read((db) => listGiven(db, id, mostShown)),
    async find(id, by) {
      const { found } = await seen(id, by);
      return { ...found, taken: await store.read((db) => seatsOf(db, id)) };
    },
    async renew(id, { expiresAt: end, seats }, by) {
      await sold(id, by);
      const expiresAt = end === null ? null : normal(end);
      const renewed = await store.write((db) => renewEntitlement(db, { id, expiresAt, seats }));
      if (renewed === 'revoked') throw new ServerErrors.ENTITLEMENT_NOT_IN_FORCE({ id, reason: 'was revoked' });
      if (renewed === 'less') throw refused('a renewal ends no earlier, and has no fewer seats, than what it renews');
      await audit.record('entitlement renewed', { account: by.name, entitlement: id, expiresAt, seats: renewed.seats });
      return renewed;
    },
    async revoke(id, reason, by) {
      const { package: name, holder } = await sold(id, by);
      const isNew = await store.write((db) => revokeEntitlement(db, { id, reason, at: now().toISOString() }));
      if (!isNew) return;
      await audit.record('entitlement revoked', { account: by.name, entitlement: id, package: name, holder, reason });
    },
    async token(id, { device, days }, by) {
      requireRight(by, 'participate');
      const seat = device === undefined ? by.name : `${by.name}/${device}`;
      const [jti, at] = [randomUUID(), now().toISOString()];
      const until = after(Math.min(days, mostDays) * dayMs);
      const limits = { until, forgetBefore: after(-rememberedMs), mostTokens };
      const claimed = await store.write((db) => claimToken(db, { id, accountId: by.id, seat, jti, at, ...limits }));
      if (typeof claimed === 'string') throw notClaimed(claimed, id, seat);
      const { entitlement } = claimed;
      const expiresAt = wholeSeconds(Date.parse(claimed.expiresAt));
      const { package: name, versions: range, features } = entitlement;
      const [from, end] = [Date.parse(at), Date.parse(expiresAt)];
      const said = { jti, account: by.name, entitlement: id, package: name, range, features, seat, from, until: end };
      const token = await tokens.sign(said);
      const made = { account: by.name, entitlement: id, package: name, seat, jti, expiresAt };
      await audit.record('entitlement token created', made);
      return { token, jti, seat, expiresAt };
    },
    async release(id, seat, by) {
      requireRight(by, 'participate');
      const { isSold } = await seen(id, by);
      const release = { id, seat, at: now().toISOString(), accountId: isSold ? undefined : by.id };
      if (!(await store.write((db) => releaseSeat(db, release)))) throw new ServerErrors.SEAT_UNKNOWN({ id, seat });
      await audit.record('seat released', { account: by.name, entitlement: id, seat });
    },
    async revoked() {
      const list = await store.read((db) => revokedTokens(db, after(-rememberedMs)));
      return tokens.signRevoked(list, now().getTime());
    },
    async covers(accountId, name, version) {
      const at = now().toISOString();
      const ranges = await store.read((db) => rangesOf(db, { name, accountId, at }));
      return ranges.some((range) => coversVersion(range, version));
    },
  };
}

/** @throws ACCOUNT_UNKNOWN, NAMESPACE_UNKNOWN */
async function holderOf({ store, accounts }: EntitlementsOptions, holder: string): Promise<Holder> {
  if (!holder.startsWith('@')) return { accountId: (await accounts.find(holder)).id };
  const members = await store.read((db) => readMembers(db, holder));
  if (members.length === 0) throw new ServerErrors.NAMESPACE_UNKNOWN({ name: holder });
  return { namespace: holder };
}

/** @throws ENTITLEMENT_REFUSED */
function timesOf({ notBefore, expiresAt }: Pick<Grant, 'notBefore' | 'expiresAt'>, at: string) {
  const from = notBefore === undefined ? at : normal(notBefore);
  const until = expiresAt === null ? null : normal(expiresAt);
  if (until !== null && until <= from) throw refused('it would be over before it begins');
  return { notBefore: from, expiresAt: until };
}

/** As tokens have their times. */
function wholeSeconds(ms: number): string {
  return new Date(Math.floor(ms / 1_000) * 1_000).toISOString();
}

/** Times that are compared as texts are written in one way. */
function normal(time: string): string {
  return new Date(time).toISOString();
}

function notClaimed(outcome: Exclude<ClaimOutcome, object>, id: number, seat: string): Error {
  if (outcome === 'unknown') return new ServerErrors.ENTITLEMENT_UNKNOWN({ id });
  if (outcome === 'no seat') return new ServerErrors.SEATS_TAKEN({ id });
  if (outcome === 'tokens') return new ServerErrors.SEAT_TOKENS({ id, seat, limit: mostTokens });
  const reasons = { revoked: 'was revoked', over: 'has ended', early: 'has not begun' };
  return new ServerErrors.ENTITLEMENT_NOT_IN_FORCE({ id, reason: reasons[outcome] });
}

function refused(reason: string): Error {
  return new ServerErrors.ENTITLEMENT_REFUSED({ reason });
}
