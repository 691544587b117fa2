// Accounts of people whom somebody else vouches for: a provider of OpenID Connect, or a directory.
// (1) An identity is an issuer and the subject that it names. A name or an email never makes two of them one.
// (2) An account that was made here is never given to an identity that has its name: its owner links the two, being signed in.
import type { Kysely } from 'kysely';
import { ServerErrors } from '../../errors.ts';
import { answering } from '../../storage/database.ts';
import { runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { Tables } from '../../storage/schema.ts';
import { refuseDisabled } from './disabled.ts';
import { isAccountName, shown } from './names.ts';
import { noPassword } from './passwords.ts';
import type { Standing } from './roles.ts';
import type { AccountsOptions } from './service.ts';
import { accountColumns, toAccount, type StoredAccount } from './store.ts';

/** Somebody, as a provider or a directory has named them. */
export interface ExternalIdentity {
  readonly issuer: string;
  readonly subject: string;
  /** What an account of theirs is called, at its first time. */
  readonly name: string;
  readonly email: string;
  /** What they may do, if the other side decides it. */
  readonly standing?: Standing | undefined;
}

export interface LinkedIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly linkedAt: string;
}

export interface IdentityStore {
  find(issuer: string, subject: string): Promise<StoredAccount | undefined>;
  /** Makes an account and its link at once. False when the name is taken. */
  add(identity: ExternalIdentity, at: string): Promise<boolean>;
  /** False when the identity is linked already. */
  link(accountId: number, identity: ExternalIdentity, at: string): Promise<boolean>;
  of(accountId: number): Promise<readonly LinkedIdentity[]>;
}

/** Who asks, when, and who is told of a role that has changed. */
export interface AskedFrom {
  readonly address: string;
  readonly now: Date;
  readonly onRole: (accountId: number) => void;
}

/** The account of an identity. @throws IDENTITY_REFUSED, IDENTITY_NAME_TAKEN, ACCOUNT_DISABLED */
export async function recognise(
  options: AccountsOptions,
  identity: ExternalIdentity,
  asked: AskedFrom,
): Promise<StoredAccount> {
  const { issuer, subject } = identity;
  const known = await options.identities.find(issuer, subject);
  const account = known ?? (await makeAccount(options, identity, asked));
  await refuseDisabled(options.audit, account, asked.address);
  const { role, isFlagAdmin } = identity.standing ?? account;
  if (role === account.role && isFlagAdmin === account.isFlagAdmin) return account;
  await options.store.setStanding(account.id, { role, isFlagAdmin });
  asked.onRole(account.id);
  const to = { to: account.name, role, flagAdmin: isFlagAdmin };
  await options.audit.record('role given', { account: issuer, from: account.role, ...to });
  return { ...account, role, isFlagAdmin };
}

async function makeAccount(
  { identities, audit }: AccountsOptions,
  identity: ExternalIdentity,
  { address, now }: AskedFrom,
): Promise<StoredAccount> {
  const { issuer, subject, name } = identity;
  if (!isAccountName(name)) {
    const reason = `${shown(name)} cannot be the name of an account, which has lower-case letters, digits, dots, dashes and underscores`;
    throw new ServerErrors.IDENTITY_REFUSED({ reason });
  }
  const isMade = await identities.add(identity, now.toISOString());
  if (isMade) await audit.record('account created', { account: name, issuer, subject, address });
  // Two first times at once make one account, and are both of it.
  const account = await identities.find(issuer, subject);
  if (account === undefined) throw new ServerErrors.IDENTITY_NAME_TAKEN({ name });
  return account;
}

/** @throws IDENTITY_NAME_TAKEN when the identity has an account already */
export async function linkTo(
  { identities, audit }: AccountsOptions,
  account: { readonly id: number; readonly name: string },
  identity: ExternalIdentity,
  now: Date,
): Promise<void> {
  const { issuer, subject } = identity;
  const owner = await identities.find(issuer, subject);
  if (owner?.id === account.id) return;
  if (owner !== undefined || !(await identities.link(account.id, identity, now.toISOString()))) {
    throw new ServerErrors.IDENTITY_REFUSED({ reason: 'it belongs to another account already' });
  }
  await audit.record('identity linked', { account: account.name, issuer, subject });
}

/** The identities in SQL. */
export function createIdentityStore(db: Kysely<Tables>, { reads, writes }: StorePipelines): IdentityStore {
  const read = <Result>(task: () => Promise<Result>) => runThrough(reads, () => answering(task));
  const write = <Result>(task: () => Promise<Result>) => runThrough(writes, () => answering(task));
  return {
    find: (issuer, subject) =>
      read(async () => {
        const row = await db
          .selectFrom('account_identities')
          .innerJoin('accounts', 'accounts.id', 'account_identities.account_id')
          .select(accountColumns)
          .where('issuer', '=', issuer)
          .where('subject', '=', subject)
          .executeTakeFirst();
        return row && toAccount(row);
      }),
    add: ({ name, email, issuer, subject }, at) =>
      write(() =>
        db.transaction().execute(async (open) => {
          const made = await open
            .insertInto('accounts')
            .values({ name, email, password: noPassword, created_at: at })
            .onConflict((conflict) => conflict.column('name').doNothing())
            .returning('id')
            .executeTakeFirst();
          if (made === undefined) return false;
          const link = { issuer, subject, account_id: made.id, linked_at: at };
          await open.insertInto('account_identities').values(link).execute();
          return true;
        }),
      ),
    link: (accountId, { issuer, subject }, at) =>
      write(async () => {
        const { numInsertedOrUpdatedRows = 0n } = await db
          .insertInto('account_identities')
          .values({ issuer, subject, account_id: accountId, linked_at: at })
          .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
          .executeTakeFirst();
        return numInsertedOrUpdatedRows > 0n;
      }),
    of: (accountId) =>
      read(() =>
        db
          .selectFrom('account_identities')
          .select(['issuer', 'subject', 'linked_at as linkedAt'])
          .where('account_id', '=', accountId)
          .orderBy('linked_at')
          .execute(),
      ),
  };
}
