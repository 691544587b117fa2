import { randomBytes } from 'node:crypto';
import { ServerErrors } from '../../errors.ts';
import type { Role } from '../../storage/schema.ts';
import { areNetworks } from './networks.ts';
import { hashPassword, isPassword } from './passwords.ts';
import { requireRight, roles } from './roles.ts';
import { createSessions, hashToken, type Account } from './sessions.ts';
import { looksShort, type ShortToken, type ShortTokens } from './short-tokens.ts';
import type { AccountStore, StoredAccount, StoredToken } from './store.ts';

/** What is written down of everything that needs a right. */
export interface AuditTrail {
  record(event: string, fields: object): Promise<unknown>;
}

/** How often somebody may try. */
export interface LoginLimit {
  take(key: string): Promise<{ readonly allowed: boolean; readonly retryAfterMs: number }>;
}

export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** Given by whoever wants a new account. */
  readonly email?: string | undefined;
}

export interface NewToken {
  readonly name: string;
  readonly scope: 'read' | 'publish';
  readonly cidr: readonly string[];
  /** How long it is good, in days. @default the setting of the server */
  readonly days?: number | undefined;
}

/** A token that was just made, with the only copy of itself. */
export interface IssuedToken extends StoredToken {
  readonly token: string;
}

/** What other modules may ask about accounts. */
export interface Accounts {
  /** Logs in, or makes the account when there is none and an email is given. @throws LOGIN_FAILED and others */
  login(credentials: Credentials, address: string): Promise<IssuedToken>;
  /** Who sent the token. @throws ServerErrors.UNAUTHORIZED */
  authenticate(token: string | undefined, address: string): Promise<Account>;
  /** The same where it is in memory; undefined where `authenticate` has to be asked. */
  recall(token: string, address: string): Account | undefined;
  /** @throws ServerErrors.ACCOUNT_UNKNOWN */
  find(name: string): Promise<Pick<StoredAccount, 'id' | 'name' | 'email' | 'role'>>;
  tokens(account: Account): Promise<readonly StoredToken[]>;
  /** @throws LOGIN_FAILED, TOKEN_REFUSED */
  createToken(account: Account, password: string, token: NewToken, address: string): Promise<IssuedToken>;
  /** By its key or by itself. @throws ServerErrors.TOKEN_UNKNOWN */
  revoke(account: Account, keyOrToken: string): Promise<void>;
  /** A token for some minutes, which others can check too. @throws UNAUTHORIZED for an account that has only such a one */
  shortToken(account: Account): Promise<ShortToken>;
  /** @throws ROLE_NEEDED, TOKEN_ONLY_READS, ACCOUNT_UNKNOWN, ACCOUNT_INVALID */
  setRole(by: Account, name: string, role: string): Promise<void>;
}

export interface AccountsOptions {
  readonly store: AccountStore;
  readonly audit: AuditTrail;
  readonly limit: LoginLimit;
  readonly isOpen: boolean;
  /** How long a token is good, in days. */
  readonly tokenDays: number;
  /** @default there are none */
  readonly shortTokens?: ShortTokens | undefined;
  /** Names of accounts that are admins whatever the store says: somebody has to be the first. */
  readonly admins?: readonly string[];
  readonly now?: () => Date;
}

const dayMs = 86_400_000;

export function createAccounts(options: AccountsOptions): Accounts {
  const { store, audit, admins = [], now = () => new Date() } = options;
  const roleOf = (name: string, role: Role): Role => (admins.includes(name) ? 'admin' : role);
  const sessions = createSessions(store, now);
  const ofShortToken = async (token: string): Promise<Account | undefined> => {
    const claims = await options.shortTokens?.verify(token);
    const found = claims && (await store.find(claims.account));
    if (claims === undefined || found === undefined) return undefined;
    const { id, name, email, role } = found;
    return { id, name, email, role, scope: claims.scope, tokenKey: claims.tokenKey, isShort: true };
  };
  const whose = (token: string, address: string): Promise<Account | undefined> =>
    looksShort(token) ? ofShortToken(token) : sessions.of(token, address);
  const issue = (account: Pick<StoredAccount, 'id' | 'name'>, wanted: NewToken, address: string) =>
    issueToken(options, account, wanted, { address, now: now() });

  return {
    async login({ name, password, email }, address) {
      await checkLimit(options.limit, name, address);
      const known = await store.find(name);
      const account =
        known ?? (email === undefined ? undefined : await register(options, { name, password, email }, now()));
      if (known !== undefined || account === undefined) await checkPassword(audit, { name, password }, known, address);
      if (account === undefined) throw new ServerErrors.LOGIN_FAILED();
      if (known === undefined) await audit.record('account created', { account: name, address });
      return issue(account, { name: 'login', scope: 'publish', cidr: [] }, address);
    },
    async authenticate(token, address) {
      const account = token === undefined ? undefined : await whose(token, address);
      if (account === undefined) throw new ServerErrors.UNAUTHORIZED();
      return { ...account, role: roleOf(account.name, account.role) };
    },
    recall(token, address) {
      const account = looksShort(token) ? undefined : sessions.recall(token, address);
      return account && { ...account, role: roleOf(account.name, account.role) };
    },
    async find(name) {
      const found = await store.find(name);
      if (found === undefined) throw new ServerErrors.ACCOUNT_UNKNOWN({ name: shown(name) });
      return { ...found, role: roleOf(found.name, found.role) };
    },
    tokens: ({ id }) => store.tokens(id),
    async createToken(account, password, wanted, address) {
      await checkLimit(options.limit, account.name, address);
      const { name } = account;
      await checkPassword(audit, { name, password }, await store.find(name), address);
      return issue(account, wanted, address);
    },
    async revoke(account, keyOrToken) {
      const own = await store.token(hashToken(keyOrToken));
      const key = own?.accountId === account.id ? own.key : keyOrToken;
      const hash = await store.removeToken(account.id, key);
      if (hash === undefined) throw new ServerErrors.TOKEN_UNKNOWN({ key: shown(key.slice(0, 16)) });
      sessions.forget(hash);
      await audit.record('token revoked', { account: account.name, key });
    },
    async shortToken(account) {
      // One that renews itself would never end.
      if (options.shortTokens === undefined || account.isShort === true) throw new ServerErrors.UNAUTHORIZED();
      const issued = await options.shortTokens.issue(account);
      await audit.record('short token created', {
        account: account.name,
        key: account.tokenKey,
        ...issued,
        token: undefined,
      });
      return issued;
    },
    async setRole(by, name, role) {
      requireRight(by, 'administer');
      const found = await store.find(name);
      if (found === undefined) throw new ServerErrors.ACCOUNT_UNKNOWN({ name: shown(name) });
      const given = roles.find((each) => each === role);
      if (given === undefined) {
        throw new ServerErrors.ACCOUNT_INVALID({ reason: `${shown(role)} is none of the roles ${roles.join(', ')}` });
      }
      if (admins.includes(name) && given !== 'admin') {
        throw new ServerErrors.ACCOUNT_INVALID({ reason: `${name} is an admin by the settings of the server` });
      }
      await store.setRole(found.id, given);
      sessions.forgetAccount(found.id);
      await audit.record('role given', { account: by.name, to: name, from: found.role, role: given });
    },
  };
}

async function checkLimit(limit: LoginLimit, name: string, address: string): Promise<void> {
  for (const key of [`account ${name.slice(0, 100)}`, `address ${address}`]) {
    const { allowed, retryAfterMs } = await limit.take(key);
    if (!allowed) throw new ServerErrors.TOO_MANY_LOGINS({ seconds: Math.ceil(retryAfterMs / 1_000) });
  }
}

async function checkPassword(
  audit: AuditTrail,
  { name, password }: Credentials,
  known: StoredAccount | undefined,
  address: string,
): Promise<void> {
  if (await isPassword(password, known?.password)) return;
  await audit.record('login failed', { account: shown(name), address });
  throw new ServerErrors.LOGIN_FAILED();
}

async function register(
  { store, isOpen }: AccountsOptions,
  { name, password, email }: Required<Credentials>,
  now: Date,
): Promise<StoredAccount> {
  if (!isOpen) throw new ServerErrors.REGISTRATION_CLOSED();
  const reason = wrongWith({ name, password, email: email as string });
  if (reason !== undefined) throw new ServerErrors.ACCOUNT_INVALID({ reason });
  const kept = { name, email: email as string, password: await hashPassword(password), createdAt: now.toISOString() };
  if (!(await store.add(kept))) throw new ServerErrors.ACCOUNT_EXISTS({ name });
  return (await store.find(name)) as StoredAccount;
}

function wrongWith({ name, password, email }: { name: string; password: string; email: string }): string | undefined {
  if (!/^[a-z\d][a-z\d_.-]{0,63}$/.test(name)) {
    return 'a name has 1 to 64 lower-case letters, digits, dots, dashes and underscores, and starts with one of the first two';
  }
  if (password.length < 10 || password.length > 1_000) return 'a password has 10 to 1000 characters';
  if (!/^[\x21-\x7e]+@[\x21-\x7e]+$/.test(email) || email.length > 254) return 'the email is not an address';
  return undefined;
}

async function issueToken(
  { store, audit, tokenDays }: AccountsOptions,
  account: Pick<StoredAccount, 'id' | 'name'>,
  { name, scope, cidr, days = tokenDays }: NewToken,
  { address, now }: { readonly address: string; readonly now: Date },
): Promise<IssuedToken> {
  if (!areNetworks(cidr)) throw new ServerErrors.TOKEN_REFUSED({ reason: 'a network is not like 10.0.0.0/8' });
  if (!(days > 0 && days <= 3_650)) throw new ServerErrors.TOKEN_REFUSED({ reason: 'it is good for 1 to 3650 days' });
  const token = `swt_${randomBytes(32).toString('base64url')}`;
  const expiresAt = new Date(now.getTime() + days * dayMs).toISOString();
  const key = randomBytes(12).toString('hex');
  const kept = { key, prefix: token.slice(0, 8), name, scope, cidr, createdAt: now.toISOString(), expiresAt };
  await store.addToken(account.id, hashToken(token), kept);
  await audit.record('token created', { account: account.name, key, name, scope, cidr, expiresAt, address });
  return { ...kept, token };
}

/** A stranger's text in a message: short, and of plain characters. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
