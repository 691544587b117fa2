// What people change of their own account, and admins for them.
// (1) A password is changed by who knows the old one, or has a code that an admin has made: single, for a day, kept as its hash.
// (2) With a new password every browser is signed out, and every login and code that was on its way is over.
// (3) What was refused is written down too.
import { randomBytes } from 'node:crypto';
import type { SeaworthyError } from '@seaworthy/errors';
import { ServerErrors } from '../../errors.ts';
import type { AccountChangeStore, EndedSignIns, ResetOwner } from './changes-store.ts';
import { checkAttempts, isEmail, wrongWithPassword } from './credentials.ts';
import { shown } from './names.ts';
import { hashPassword, isPassword, noPassword } from './passwords.ts';
import { requireRight } from './roles.ts';
import type { AccountsOptions } from './service.ts';
import { hashToken, type Account } from './sessions.ts';
import type { StoredAccount } from './store.ts';

export interface PasswordChange {
  readonly old: string;
  readonly wanted: string;
  /** Whether all tokens of the account are gone with it. */
  readonly revokesTokens: boolean;
}

/** A code to set a password with; nobody has another copy. */
export interface PasswordReset {
  readonly code: string;
  readonly account: string;
  readonly expiresAt: string;
}

/** The part of the accounts that changes them. */
export interface AccountChanges {
  /** Whether the password of an account is kept here, and so can be changed here. */
  hasPassword(account: Pick<Account, 'name'>): Promise<boolean>;
  /** @throws PASSWORD_ELSEWHERE, PASSWORD_WRONG, PASSWORD_REFUSED, TOO_MANY_LOGINS, TOKEN_ONLY_READS */
  changePassword(account: Account, change: PasswordChange, address: string): Promise<void>;
  /** @throws PROFILE_REFUSED, TOKEN_ONLY_READS */
  changeEmail(account: Account, email: string, address: string): Promise<void>;
  /** @throws ROLE_NEEDED, TOKEN_ONLY_READS, ACCOUNT_UNKNOWN, ACCOUNT_DISABLED, PASSWORD_ELSEWHERE */
  createReset(by: Account, name: string, address: string): Promise<PasswordReset>;
  /** Whose password a code sets. @throws RESET_OVER */
  findReset(code: string): Promise<string>;
  /** Sets the password, and answers with whose it is. @throws RESET_OVER, PASSWORD_REFUSED, TOO_MANY_LOGINS */
  useReset(code: string, change: Omit<PasswordChange, 'old'>, address: string): Promise<string>;
  /** @throws ROLE_NEEDED, TOKEN_ONLY_READS, ACCOUNT_UNKNOWN, ACCOUNT_STAYS, LAST_ADMIN */
  setDisabled(by: Account, name: string, isDisabled: boolean, address: string): Promise<void>;
  /** Signs somebody out everywhere, and revokes all their tokens. @throws ROLE_NEEDED, TOKEN_ONLY_READS, ACCOUNT_UNKNOWN */
  endSignIns(by: Account, name: string, address: string): Promise<EndedSignIns>;
}

export interface AccountChangesOptions extends Pick<AccountsOptions, 'store' | 'audit' | 'limit' | 'grants'> {
  readonly changes: AccountChangeStore;
  /** Told of accounts that are not what they were. */
  readonly onChanged: (accountId: number) => void;
  readonly now: () => Date;
}

const resetMs = 86_400_000;

export function createAccountChanges(options: AccountChangesOptions): AccountChanges {
  const { store, audit, changes, onChanged, now } = options;
  const find = async (name: string): Promise<StoredAccount> => {
    const found = await store.find(name);
    if (found === undefined) throw new ServerErrors.ACCOUNT_UNKNOWN({ name: shown(name) });
    return found;
  };
  return {
    hasPassword: async ({ name }) => (await find(name)).password !== noPassword,
    async changePassword(account, { old, wanted, revokesTokens }, address) {
      const { name } = account;
      await refusing(audit, { event: 'password not changed', account: name, address }, async () => {
        requireRight(account, 'participate');
        const known = await find(name);
        expectPasswordHere(known);
        await checkAttempts(options.limit, name, address);
        if (!(await isPassword(old, known.password))) throw new ServerErrors.PASSWORD_WRONG();
        expectGood(wanted, old);
        const kept = { password: await hashPassword(wanted), revokesTokens };
        if (!(await changes.setPassword(known.id, known.password, kept))) throw new ServerErrors.PASSWORD_WRONG();
        onChanged(known.id);
      });
      await audit.record('password changed', { account: name, tokensRevoked: revokesTokens, address });
    },
    async changeEmail(account, email, address) {
      requireRight(account, 'participate');
      if (!isEmail(email)) throw new ServerErrors.PROFILE_REFUSED({ reason: 'the email is not an address' });
      await changes.setEmail(account.id, email);
      onChanged(account.id);
      await audit.record('email changed', { account: account.name, from: account.email, email, address });
    },
    async createReset(by, name, address) {
      requireRight(by, 'administer');
      const found = await find(name);
      expectPasswordHere(found);
      if (found.disabledAt !== null) throw new ServerErrors.ACCOUNT_DISABLED({ name });
      const code = randomBytes(32).toString('base64url');
      const [createdAt, expiresAt] = [now(), new Date(now().getTime() + resetMs)].map((each) => each.toISOString());
      const times = { createdAt: createdAt as string, expiresAt: expiresAt as string };
      await changes.addReset(found.id, { hash: hashToken(code), createdBy: by.name, ...times });
      await audit.record('password reset made', { account: by.name, to: name, expiresAt, address });
      return { code, account: name, expiresAt: times.expiresAt };
    },
    findReset: async (code) => expectReset(await changes.findReset(hashToken(code), now().toISOString())).name,
    async useReset(code, { wanted, revokesTokens }, address) {
      const { name } = await refusing(audit, { event: 'password not reset', address }, async () => {
        await checkAttempts(options.limit, undefined, address);
        const hash = hashToken(code);
        expectReset(await changes.findReset(hash, now().toISOString()));
        expectGood(wanted);
        const kept = { password: await hashPassword(wanted), revokesTokens };
        const owner = expectReset(await changes.takeReset(hash, now().toISOString(), kept));
        onChanged(owner.accountId);
        return owner;
      });
      await audit.record('password reset', { account: name, tokensRevoked: revokesTokens, address });
      return name;
    },
    async setDisabled(by, name, isDisabled, address) {
      requireRight(by, 'administer');
      const found = await find(name);
      if (isDisabled && found.id === by.id) {
        throw new ServerErrors.ACCOUNT_STAYS({ name, reason: 'nobody disables their own; another admin can' });
      }
      const changed = { id: found.id, name, named: options.grants.admins };
      await changes.setDisabled(changed, isDisabled ? now().toISOString() : null);
      onChanged(found.id);
      const event = isDisabled ? 'account disabled' : 'account enabled';
      await audit.record(event, { account: by.name, to: name, address });
    },
    async endSignIns(by, name, address) {
      requireRight(by, 'administer');
      const { id } = await find(name);
      const ended = await changes.endAll(id);
      onChanged(id);
      await audit.record('sign-ins ended', { account: by.name, to: name, ...ended, address });
      return ended;
    },
  };
}

/** Writes down why it was not done. */
async function refusing<Result>(
  audit: AccountsOptions['audit'],
  { event, ...fields }: { readonly event: string; readonly account?: string; readonly address: string },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const code = (error as Partial<SeaworthyError>).code ?? 'unknown';
    await audit.record(event, { ...fields, code });
    throw error;
  }
}

/** @throws ServerErrors.PASSWORD_ELSEWHERE */
function expectPasswordHere({ name, password }: StoredAccount): void {
  if (password === noPassword) throw new ServerErrors.PASSWORD_ELSEWHERE({ name });
}

/** @throws ServerErrors.PASSWORD_REFUSED */
function expectGood(wanted: string, old?: string): void {
  const reason = wanted === old ? 'it is the one that you have' : wrongWithPassword(wanted);
  if (reason !== undefined) throw new ServerErrors.PASSWORD_REFUSED({ reason });
}

/** @throws ServerErrors.RESET_OVER */
function expectReset(found: ResetOwner | undefined): ResetOwner {
  if (found === undefined) throw new ServerErrors.RESET_OVER();
  return found;
}
