// Seats and tokens of entitlements. (1) Whoever takes a seat waits for whoever takes one of the same entitlement: there are never more
// than were given. (2) A seat that was released takes its tokens with it. (3) A token is remembered a little longer than it is good.
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/schema.ts';
import { isHolder, lockEntitlement, type Seat, type StoredEntitlement } from './store.ts';

export interface Claim {
  readonly id: number;
  readonly accountId: number;
  readonly seat: string;
  /** What the token is called. */
  readonly jti: string;
  readonly at: string;
  /** How long the token is to be good at most. */
  readonly until: string;
  /** What was over by then is forgotten. */
  readonly forgetBefore: string;
  /** How many tokens of a seat may be good at one time. */
  readonly mostTokens: number;
}

export type ClaimOutcome =
  | { readonly entitlement: StoredEntitlement; readonly expiresAt: string }
  | 'unknown'
  | 'revoked'
  | 'over'
  | 'early'
  | 'no seat'
  | 'tokens';

/** Takes a seat, or finds it taken by the same, and notes a token for it. */
export function claimToken(db: Kysely<Tables>, claim: Claim): Promise<ClaimOutcome> {
  const { id, accountId, seat, jti, at, until, forgetBefore, mostTokens } = claim;
  return db.transaction().execute(async (transaction) => {
    if (!(await isHolder(transaction, id, accountId))) return 'unknown';
    const entitlement = await lockEntitlement(transaction, id);
    if (entitlement.revokedAt !== null) return 'revoked';
    if (entitlement.expiresAt !== null && entitlement.expiresAt <= at) return 'over';
    if (entitlement.notBefore > at) return 'early';
    const taken = await seatsOf(transaction, id);
    if (!taken.some((each) => each.seat === seat)) {
      if (entitlement.seats !== null && taken.length >= entitlement.seats) return 'no seat';
      const values = { entitlement_id: id, seat, account_id: accountId, taken_at: at };
      await transaction.insertInto('entitlement_seats').values(values).execute();
    }
    const old = transaction.deleteFrom('entitlement_tokens').where('entitlement_id', '=', id);
    await old.where('expires_at', '<', forgetBefore).execute();
    const { good } = await transaction
      .selectFrom('entitlement_tokens')
      .select(({ fn }) => fn.countAll<number>().as('good'))
      .where('entitlement_id', '=', id)
      .where('seat', '=', seat)
      .where('expires_at', '>', at)
      .executeTakeFirstOrThrow();
    if (good >= mostTokens) return 'tokens';
    const { expiresAt: end } = entitlement;
    const expiresAt = end !== null && end < until ? end : until;
    const token = { jti, entitlement_id: id, seat, issued_at: at, expires_at: expiresAt, revoked_at: null };
    await transaction.insertInto('entitlement_tokens').values(token).execute();
    return { entitlement, expiresAt };
  });
}

/** In the order in which they were taken. */
export async function seatsOf(db: Kysely<Tables>, id: number): Promise<readonly Seat[]> {
  return db
    .selectFrom('entitlement_seats')
    .select(['seat', 'taken_at as takenAt'])
    .where('entitlement_id', '=', id)
    .orderBy('taken_at')
    .orderBy('seat')
    .execute();
}

/** Answers whether it was taken, by this account if one is named. */
export function releaseSeat(
  db: Kysely<Tables>,
  release: { readonly id: number; readonly seat: string; readonly at: string; readonly accountId: number | undefined },
): Promise<boolean> {
  const { id, seat, at, accountId } = release;
  return db.transaction().execute(async (transaction) => {
    await lockEntitlement(transaction, id);
    let taken = transaction.deleteFrom('entitlement_seats').where('entitlement_id', '=', id).where('seat', '=', seat);
    if (accountId !== undefined) taken = taken.where('account_id', '=', accountId);
    const { numDeletedRows } = await taken.executeTakeFirst();
    if (numDeletedRows === 0n) return false;
    await transaction
      .updateTable('entitlement_tokens')
      .set({ revoked_at: at })
      .where('entitlement_id', '=', id)
      .where('seat', '=', seat)
      .where('revoked_at', 'is', null)
      .execute();
    return true;
  });
}

/** The tokens that were revoked, and that were good after this time. */
export async function revokedTokens(db: Kysely<Tables>, after: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('entitlement_tokens')
    .select('jti')
    .where('revoked_at', 'is not', null)
    .where('expires_at', '>', after)
    .orderBy('jti')
    .execute();
  return rows.map(({ jti }) => jti);
}
