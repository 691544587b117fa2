import { ServerErrors } from '../../errors.ts';
import { nobodyElse, type Notices } from '../../storage/notices.ts';
import type { Role, TokenScope } from '../../storage/schema.ts';
import type { AccountChangeStore } from './changes-store.ts';
import { identify, makeAccount } from './credentials.ts';
import type { Grants } from './grants.ts';
import { linkTo, recognise, type ExternalIdentity, type IdentityStore, type LinkedIdentity } from './identities.ts';
import { issueToken } from './issue.ts';
import { isWithin } from './networks.ts';
import { shown } from './names.ts';
import { createAccountChanges, type AccountChanges } from './own-account.ts';
import { noPassword } from './passwords.ts';
import { isFor, ranked, requirePurpose, requireRight, type Purpose, type Standing } from './roles.ts';
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

/** What somebody proves with that it is them. */
export interface Proof {
  readonly password: string;
  /** Of an authenticator, for who has one. */
  readonly code?: string | undefined;
}

/** Asks for a second proof, where somebody has said that it is needed. */
export interface SecondProof {
  /** @throws SECOND_FACTOR_NEEDED, SECOND_FACTOR_WRONG, TOO_MANY_LOGINS */
  expect(
    account: Pick<StoredAccount, 'id' | 'name'>,
    asked: { readonly code: string | undefined; readonly address: string },
  ): Promise<void>;
}

export interface NewToken {
  readonly name: string;
  readonly scope: TokenScope;
  readonly cidr: readonly string[];
  /** How long it is good, in days. @default the setting of the server */
  readonly days?: number | undefined;
}

/** A token that was just made, with the only copy of itself. */
export interface IssuedToken extends StoredToken {
  readonly token: string;
}

/** Whose name and password were given. */
export interface Identified extends Pick<StoredAccount, 'id' | 'name'> {
  /** Whether the password is that of a directory. */
  readonly isOfDirectory: boolean;
}

/** What other modules may ask about accounts. */
export interface Accounts extends AccountChanges {
  /** Logs in, or makes the account when there is none and an email is given. @throws LOGIN_FAILED and others */
  login(credentials: Credentials & Pick<Proof, 'code'>, address: string): Promise<IssuedToken>;
  /** Whose name and password these are, without a token or a second proof. @throws LOGIN_FAILED and others */
  identify(credentials: Credentials, address: string): Promise<Identified>;
  /** A new account. @throws REGISTRATION_CLOSED, ACCOUNT_EXISTS, ACCOUNT_INVALID, TOO_MANY_LOGINS */
  register(credentials: Required<Credentials>, address: string): Promise<Pick<StoredAccount, 'id' | 'name'>>;
  /** A token for somebody who has proved in another way who they are. @throws TOKEN_REFUSED */
  issue(account: Pick<StoredAccount, 'id' | 'name'>, token: NewToken, address: string): Promise<IssuedToken>;
  /** The account of somebody whom a provider vouches for; made at the first time. @throws IDENTITY_REFUSED, IDENTITY_NAME_TAKEN */
  recognise(identity: ExternalIdentity, address: string): Promise<StoredAccount>;
  /** Lets an account sign in so from now on. @throws IDENTITY_NAME_TAKEN */
  link(account: Pick<Account, 'id' | 'name'>, identity: ExternalIdentity): Promise<void>;
  /** By whom else an account is known. */
  identities(account: Pick<Account, 'id'>): Promise<readonly LinkedIdentity[]>;
  /** The role that counts: the settings beat the store. */
  standingOf(name: string, kept: Standing): Standing;
  /** Whether people make accounts by themselves. */
  readonly isOpen: boolean;
  /** Who sent the token. @param purpose @default 'everything else' @throws UNAUTHORIZED, TOKEN_FOR_REPORTS */
  authenticate(token: string | undefined, address: string, purpose?: Purpose): Promise<Account>;
  /** The same where it is in memory; undefined where `authenticate` has to be asked. */
  recall(token: string, address: string): Account | undefined;
  /** Whose these tokens are, by their keys, without those that are over. */
  living(keys: readonly string[]): Promise<ReadonlyMap<string, Pick<StoredAccount, 'id' | 'role'>>>;
  /** @throws ServerErrors.ACCOUNT_UNKNOWN */
  find(name: string): Promise<Pick<StoredAccount, 'id' | 'name' | 'email' | 'disabledAt'> & Standing>;
  tokens(account: Pick<Account, 'id'>): Promise<readonly StoredToken[]>;
  /** @throws LOGIN_FAILED, TOKEN_REFUSED, SECOND_FACTOR_NEEDED, SECOND_FACTOR_WRONG */
  createToken(account: Account, proof: Proof, token: NewToken, address: string): Promise<IssuedToken>;
  /** By its key or by itself. @throws TOKEN_UNKNOWN, TOKEN_ONLY_READS */
  revoke(account: Account, keyOrToken: string): Promise<void>;
  /** A token for some minutes, which others can check too. @throws UNAUTHORIZED for an account that has only such a one */
  shortToken(account: Account): Promise<ShortToken>;
  /** @throws ROLE_NEEDED, TOKEN_ONLY_READS, ACCOUNT_UNKNOWN, ACCOUNT_INVALID, LAST_ADMIN */
  setRole(by: Account, name: string, wanted: NewRole): Promise<void>;
}

export interface NewRole {
  readonly role: Role;
  /** @default as it is */
  readonly flagAdmin?: boolean | undefined;
}

/** Other passwords than those that are kept here. */
export interface PasswordDirectory {
  /** Whose they are there; undefined when they are nobody's. @throws what keeps it from answering */
  find(credentials: Pick<Credentials, 'name' | 'password'>): Promise<ExternalIdentity | undefined>;
}

export interface AccountsOptions {
  readonly store: AccountStore;
  readonly changes: AccountChangeStore;
  readonly identities: IdentityStore;
  readonly audit: AuditTrail;
  readonly limit: LoginLimit;
  readonly isOpen: boolean;
  /** How long a token is good, in days. */
  readonly tokenDays: number;
  /** Asked about names that have no password here. @default there is none */
  readonly directory?: PasswordDirectory | undefined;
  /** @default nobody is asked for one */
  readonly secondProof?: SecondProof | undefined;
  /** @default there are none */
  readonly shortTokens?: ShortTokens | undefined;
  /** What the settings give, whatever the store says. */
  readonly grants: Grants;
  /** What other instances change. @default there are none */
  readonly notices?: Notices;
  readonly now?: () => Date;
}

export function createAccounts(options: AccountsOptions): Accounts {
  const { store, audit, grants, notices = nobodyElse, now = () => new Date() } = options;
  const sessions = createSessions(store, now, () => notices.isHeard);
  const onChanged = (id: number): void => sessions.forgetAccount(id);
  notices.subscribe({
    missed: () => sessions.forgetAll(),
    changed(topic, subject) {
      if (topic === 'token') sessions.forget(subject);
      if (topic === 'account') sessions.forgetAccount(Number(subject));
    },
  });
  const ofShortToken = async (token: string, address: string): Promise<Account | undefined> => {
    const claims = await options.shortTokens?.verify(token);
    if (claims === undefined || !isWithin(address, claims.networks ?? [])) return undefined;
    const found = await store.find(claims.account);
    if (found === undefined || found.disabledAt !== null) return undefined;
    const { id, name, email, role, isFlagAdmin } = found;
    const { scope, tokenKey, expiresAt } = claims;
    return { id, name, email, role, isFlagAdmin, scope, tokenKey, isShort: true, expiresAt };
  };
  const whose = (token: string, address: string): Promise<Account | undefined> =>
    looksShort(token) ? ofShortToken(token, address) : sessions.of(token, address);
  const issue = (account: Pick<StoredAccount, 'id' | 'name'>, wanted: NewToken, address: string) =>
    issueToken(options, account, wanted, { address, now: now() });

  return {
    ...createAccountChanges({ ...options, onChanged, now }),
    isOpen: options.isOpen,
    async login({ code, ...credentials }, address) {
      const account = await identify(options, credentials, { address, now: now(), onRole: onChanged });
      await options.secondProof?.expect(account, { code, address });
      return issue(account, { name: 'login', scope: 'publish', cidr: [] }, address);
    },
    async identify(credentials, address) {
      const found = await identify(options, credentials, { address, now: now(), onRole: onChanged });
      return { id: found.id, name: found.name, isOfDirectory: found.password === noPassword };
    },
    register: (credentials, address) => makeAccount(options, credentials, { address, now: now() }),
    issue,
    recognise: (identity, address) => recognise(options, identity, { address, now: now(), onRole: onChanged }),
    link: (account, identity) => linkTo(options, account, identity, now()),
    identities: ({ id }) => options.identities.of(id),
    standingOf: grants.of,
    async authenticate(token, address, purpose = 'everything else') {
      const account = token === undefined ? undefined : await whose(token, address);
      if (account === undefined) throw new ServerErrors.UNAUTHORIZED();
      requirePurpose(account.scope, purpose);
      return { ...account, ...grants.of(account.name, account) };
    },
    recall(token, address) {
      const account = looksShort(token) ? undefined : sessions.recall(token, address);
      if (account === undefined || !isFor(account.scope, 'everything else')) return undefined;
      return { ...account, ...grants.of(account.name, account) };
    },
    async living(keys) {
      const found = await store.living(keys, now().toISOString());
      return new Map(found.map(({ key, name, ...kept }) => [key, { id: kept.id, role: grants.of(name, kept).role }]));
    },
    async find(name) {
      const found = await store.find(name);
      if (found === undefined) throw new ServerErrors.ACCOUNT_UNKNOWN({ name: shown(name) });
      return { ...found, ...grants.of(found.name, found) };
    },
    tokens: ({ id }) => store.tokens(id),
    async createToken(account, { password, code }, wanted, address) {
      const { id } = await identify(
        options,
        { name: account.name, password },
        { address, now: now(), onRole: onChanged },
      );
      if (id !== account.id) throw new ServerErrors.LOGIN_FAILED();
      await options.secondProof?.expect(account, { code, address });
      return issue(account, wanted, address);
    },
    async revoke(account, keyOrToken) {
      const own = await store.token(hashToken(keyOrToken));
      const key = own?.accountId === account.id ? own.key : keyOrToken;
      // It ends itself, as `npm logout` asks for, and nothing else.
      if (account.scope !== 'publish' && key !== account.tokenKey) throw new ServerErrors.TOKEN_ONLY_READS();
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
    async setRole(by, name, { role, flagAdmin }) {
      requireRight(by, 'administer');
      const found = await store.find(name);
      if (found === undefined) throw new ServerErrors.ACCOUNT_UNKNOWN({ name: shown(name) });
      const least = grants.rankOf(name);
      if (least !== undefined && ranked.indexOf(role) < ranked.indexOf(least)) {
        throw new ServerErrors.ACCOUNT_INVALID({ reason: `the settings of the server make ${name} ${least}` });
      }
      const standing = { role, isFlagAdmin: flagAdmin ?? found.isFlagAdmin };
      await options.changes.setStanding({ id: found.id, name, named: grants.admins }, standing);
      sessions.forgetAccount(found.id);
      const given = { to: name, from: found.role, role, flagAdmin: standing.isFlagAdmin };
      await audit.record('role given', { account: by.name, ...given });
    },
  };
}
