// Who is signed in to the pages.
// (1) A session is named by 256 random bits in a cookie; what is kept is their hash.
// (2) Signing in makes a new one and ends the one that the browser had: what was known before is worth nothing after.
// (3) It ends when it was not used for `idleMs`, and after `lifeMs` whatever happens; whoever ends it ends it at once.
import { randomBytes } from 'node:crypto';
import type { SignInMethod } from '../../storage/identity-schema.ts';
import type { Accounts, AuditTrail } from '../accounts/service.ts';
import { hashToken, type Account } from '../accounts/sessions.ts';
import type { SessionStore, StoredSession } from './session-store.ts';

/** Somebody whose browser has a session. */
export interface Visitor extends Account {
  readonly method: SignInMethod;
  /** Of the provider, for its own end of a session. */
  readonly idToken: string | null;
}

export interface SignIn {
  readonly method: SignInMethod;
  readonly address: string;
  readonly agent: string;
  readonly idToken?: string | undefined;
  /** What the cookie had before. */
  readonly before: string | undefined;
}

export interface WebSessions {
  /** Answers with what the cookie is to have. */
  start(account: { readonly id: number; readonly name: string }, how: SignIn): Promise<string>;
  /** Whose session it is; undefined when it is over or none. */
  of(cookie: string | undefined): Promise<Visitor | undefined>;
  /** Whose these sessions are, by their keys, without those that are over. */
  living(keys: readonly string[]): Promise<ReadonlyMap<string, Pick<Visitor, 'id' | 'role'>>>;
  list(visitor: Pick<Visitor, 'id'>): Promise<readonly StoredSession[]>;
  /** One of the visitor's own, by its key; all without one. Answers with how many are gone. */
  end(visitor: Visitor, key?: string): Promise<number>;
  /** How long the cookie is kept, in seconds. */
  readonly lifeSeconds: number;
}

export interface WebSessionsOptions {
  readonly store: SessionStore;
  readonly accounts: Pick<Accounts, 'standingOf'>;
  readonly audit: AuditTrail;
  readonly idleMs: number;
  readonly lifeMs: number;
  readonly now?: () => Date;
}

/** The store is not written to at each page. */
const seenEveryMs = 60_000;

export function createWebSessions(options: WebSessionsOptions): WebSessions {
  const { store, accounts, audit, idleMs, lifeMs, now = () => new Date() } = options;
  const touchMs = Math.min(seenEveryMs, idleMs / 4);
  return {
    lifeSeconds: Math.floor(lifeMs / 1_000),
    async start({ id, name }, { method, address, agent, idToken, before }) {
      const at = now();
      const cookie = randomBytes(32).toString('base64url');
      const key = randomBytes(12).toString('hex');
      await store.removeOver({ seenBefore: ago(at, idleMs), at: at.toISOString() });
      if (before !== undefined) await store.removeByHash(hashToken(before));
      await store.add({
        hash: hashToken(cookie),
        key,
        accountId: id,
        method,
        agent: agent.slice(0, 200),
        address,
        createdAt: at.toISOString(),
        expiresAt: new Date(at.getTime() + lifeMs).toISOString(),
        idToken: idToken ?? null,
      });
      await audit.record('signed in', { account: name, method, session: key, address });
      return cookie;
    },
    async of(cookie) {
      if (cookie === undefined) return undefined;
      const at = now();
      const hash = hashToken(cookie);
      const found = await store.find(hash);
      if (found === undefined) return undefined;
      if (at.toISOString() >= found.expiresAt || found.seenAt <= ago(at, idleMs)) {
        await store.removeByHash(hash);
        return undefined;
      }
      if (found.seenAt <= ago(at, touchMs)) await store.touch(hash, at.toISOString());
      const { accountId: id, name, email, key, method, idToken } = found;
      const standing = accounts.standingOf(name, found);
      return { id, name, email, ...standing, scope: 'publish', tokenKey: key, method, idToken };
    },
    async living(keys) {
      const at = now();
      const found = await store.living(keys, { seenBefore: ago(at, idleMs), at: at.toISOString() });
      return new Map(
        found.map(({ key, name, ...kept }) => [key, { id: kept.id, role: accounts.standingOf(name, kept).role }]),
      );
    },
    list: ({ id }) => {
      const at = now();
      return store.list(id, { seenBefore: ago(at, idleMs), at: at.toISOString() });
    },
    async end({ id, name }, key) {
      const gone = await store.remove(id, key);
      if (gone > 0) await audit.record('signed out', { account: name, session: key ?? 'all' });
      return gone;
    },
  };
}

function ago(at: Date, ms: number): string {
  return new Date(at.getTime() - ms).toISOString();
}
