// npm asks for somebody to say in a browser who it is, and waits.
// (1) What opens the page and what fetches the token are two secrets: who has the address of the page gets nothing by it.
// (2) A token is made when npm fetches it, once: none is kept in the meantime.
// waiting -> allowed -> fetched      waiting -> refused      any -> over after five minutes
import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { ServerErrors } from '../../errors.ts';
import { answering } from '../../storage/database.ts';
import { runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { Tables } from '../../storage/schema.ts';
import { countedAs } from '../accounts/networks.ts';
import { hashToken } from '../accounts/sessions.ts';
import type { Accounts, AuditTrail, LoginLimit } from '../accounts/service.ts';

export interface NpmLogins {
  /** @throws TOO_MANY_LOGINS */
  start(asked: NpmAsker): Promise<{ readonly pageCode: string; readonly doneCode: string }>;
  /** Who waits; undefined when it is over. */
  waiting(pageCode: string): Promise<{ readonly askedFrom: string; readonly createdAt: string } | undefined>;
  /** @throws NPM_LOGIN_OVER */
  decide(pageCode: string, by: { readonly id: number; readonly name: string }, isAllowed: boolean): Promise<void>;
  /** The token, or undefined while nobody has decided. @throws NPM_LOGIN_OVER */
  fetch(doneCode: string, address: string): Promise<string | undefined>;
}

export interface NpmAsker {
  readonly address: string;
  /** As npm gives it. */
  readonly hostname: string;
}

export interface NpmLoginsOptions {
  readonly store: NpmLoginStore;
  readonly accounts: Pick<Accounts, 'issue'>;
  readonly audit: AuditTrail;
  readonly limit: LoginLimit;
  readonly now?: () => Date;
}

const patienceMs = 5 * 60_000;

export function createNpmLogins({
  store,
  accounts,
  audit,
  limit,
  now = () => new Date(),
}: NpmLoginsOptions): NpmLogins {
  return {
    async start({ address, hostname }) {
      const { allowed, retryAfterMs } = await limit.take(`npm login ${countedAs(address)}`);
      if (!allowed) throw new ServerErrors.TOO_MANY_LOGINS({ seconds: Math.ceil(retryAfterMs / 1_000) });
      const at = now();
      const [pageCode, doneCode] = [newCode(), newCode()];
      const hashes = { doneHash: hashToken(doneCode), pageHash: hashToken(pageCode) };
      const askedFrom = hostname === '' ? address : `${hostname} (${address})`;
      const when = { createdAt: at.toISOString(), expiresAt: new Date(at.getTime() + patienceMs).toISOString() };
      await store.add({ ...hashes, askedFrom, ...when });
      return { pageCode, doneCode };
    },
    waiting: (pageCode) => store.waiting(hashToken(pageCode), now().toISOString()),
    async decide(pageCode, { id, name }, isAllowed) {
      const at = now().toISOString();
      const asked = await store.waiting(hashToken(pageCode), at);
      const isDecided = await store.decide(hashToken(pageCode), isAllowed ? id : undefined, at);
      if (asked === undefined || !isDecided) throw new ServerErrors.NPM_LOGIN_OVER();
      await audit.record(isAllowed ? 'npm login allowed' : 'npm login refused', {
        account: name,
        askedFrom: asked.askedFrom,
      });
    },
    async fetch(doneCode, address) {
      const at = now().toISOString();
      const account = await store.take(hashToken(doneCode), at);
      if (account === 'waiting') return undefined;
      if (account === undefined) throw new ServerErrors.NPM_LOGIN_OVER();
      return (await accounts.issue(account, { name: 'npm login', scope: 'publish', cidr: [] }, address)).token;
    },
  };
}

function newCode(): string {
  return randomBytes(32).toString('base64url');
}

interface NewNpmLogin {
  readonly doneHash: string;
  readonly pageHash: string;
  readonly askedFrom: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface NpmLoginStore {
  add(login: NewNpmLogin): Promise<void>;
  waiting(
    pageHash: string,
    at: string,
  ): Promise<{ readonly askedFrom: string; readonly createdAt: string } | undefined>;
  /** False when it is over or decided. Without an account it is refused. */
  decide(pageHash: string, accountId: number | undefined, at: string): Promise<boolean>;
  /** Whose it is, once. */
  take(doneHash: string, at: string): Promise<{ readonly id: number; readonly name: string } | 'waiting' | undefined>;
}

/** The waiting logins in SQL. */
export function createNpmLoginStore(db: Kysely<Tables>, { reads, writes }: StorePipelines): NpmLoginStore {
  const read = <Result>(task: () => Promise<Result>) => runThrough(reads, () => answering(task));
  const write = <Result>(task: () => Promise<Result>) => runThrough(writes, () => answering(task));
  return {
    add: ({ doneHash, pageHash, askedFrom, createdAt, expiresAt }) =>
      write(async () => {
        await db.deleteFrom('npm_logins').where('expires_at', '<=', createdAt).execute();
        const when = { created_at: createdAt, expires_at: expiresAt };
        const row = { done_hash: doneHash, page_hash: pageHash, asked_from: askedFrom, account_id: null, ...when };
        await db.insertInto('npm_logins').values(row).execute();
      }),
    waiting: (pageHash, at) =>
      read(() =>
        db
          .selectFrom('npm_logins')
          .select(['asked_from as askedFrom', 'created_at as createdAt'])
          .where('page_hash', '=', pageHash)
          .where('account_id', 'is', null)
          .where('expires_at', '>', at)
          .executeTakeFirst(),
      ),
    decide: (pageHash, accountId, at) =>
      write(async () => {
        if (accountId === undefined) {
          const refused = db.deleteFrom('npm_logins').where('page_hash', '=', pageHash).where('account_id', 'is', null);
          return (await refused.executeTakeFirst()).numDeletedRows > 0n;
        }
        const { numUpdatedRows } = await db
          .updateTable('npm_logins')
          .set({ account_id: accountId })
          .where('page_hash', '=', pageHash)
          .where('account_id', 'is', null)
          .where('expires_at', '>', at)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    take: (doneHash, at) =>
      write(async () => {
        const waiting = await db
          .selectFrom('npm_logins')
          .leftJoin('accounts', 'accounts.id', 'npm_logins.account_id')
          .select(['accounts.id', 'accounts.name'])
          .where('done_hash', '=', doneHash)
          .where('expires_at', '>', at)
          .executeTakeFirst();
        if (waiting === undefined) return undefined;
        const { id, name } = waiting;
        if (id === null || name === null) return 'waiting';
        // Whoever deletes it has it.
        const { numDeletedRows } = await db
          .deleteFrom('npm_logins')
          .where('done_hash', '=', doneHash)
          .executeTakeFirst();
        return numDeletedRows > 0n ? { id, name } : undefined;
      }),
  };
}
