import { verifyAudit, type AuditReport } from '@seaworthy/logger';
import { ServerErrors } from '../../errors.ts';
import type { JobBoard, JobState } from '../../jobs.ts';
import type { AccountList, AccountQuery, ListedAccount } from '../accounts/account-list.ts';
import type { LinkedIdentity } from '../accounts/identities.ts';
import { requireStanding, type Standing } from '../accounts/roles.ts';
import type { Accounts } from '../accounts/service.ts';
import type { Account } from '../accounts/sessions.ts';
import type { StoredToken } from '../accounts/store.ts';
import type { StoredSession } from '../identity/session-store.ts';
import type { WebSessions } from '../identity/web-sessions.ts';
import type { Factor, SecondFactors } from '../second-factor/service.ts';
import { readAuditRecords, type AuditQuery, type AuditRecords } from './audit-records.ts';
import type { OwnerlessThings } from './ownerless.ts';

/** What this server is made of. */
export interface ServerFacts {
  readonly version: string;
  readonly node: string;
  readonly startedAt: string;
  /** Where things are kept. */
  readonly database: 'SQLite' | 'PostgreSQL';
  readonly archives: 'folder' | 'database' | 'bucket' | 'none';
  readonly limits: 'memory' | 'Redis';
  /** Ways to sign in. */
  readonly signIn: readonly string[];
}

/** What an admin sees of an account. */
export interface AccountDetail extends Standing {
  readonly name: string;
  readonly email: string;
  readonly disabledAt: string | null;
  readonly hasPassword: boolean;
  readonly factor: Factor | undefined;
  readonly sessions: readonly StoredSession[];
  readonly tokens: readonly StoredToken[];
  readonly identities: readonly LinkedIdentity[];
}

/** What admins look at; what they change is changed by the accounts. Each question throws ROLE_NEEDED for anybody else. */
export interface Administration {
  accounts(
    by: Account,
    query: AccountQuery,
  ): Promise<{ readonly total: number; readonly found: readonly ListedAccount[] }>;
  /** @throws ACCOUNT_UNKNOWN */
  account(by: Account, name: string): Promise<AccountDetail>;
  ownerless(by: Account): Promise<OwnerlessThings>;
  /** Of this server alone: each one has a log of its own. @throws AUDIT_UNREADABLE */
  audit(by: Account, query: AuditQuery): Promise<AuditRecords>;
  /** Checks every entry of the log. @throws AUDIT_UNREADABLE */
  verifyAudit(by: Account): Promise<AuditReport>;
  server(by: Account): ServerFacts & { readonly jobs: readonly JobState[] };
}

export interface AdministrationOptions {
  readonly accounts: Accounts;
  readonly list: AccountList;
  readonly sessions: Pick<WebSessions, 'list'>;
  readonly factors: Pick<SecondFactors, 'of'>;
  readonly readOwnerless: () => Promise<OwnerlessThings>;
  readonly auditPath: string;
  readonly jobs: Pick<JobBoard, 'list'>;
  readonly facts: ServerFacts;
}

/** How long somebody waits for the log, in milliseconds. */
const [readMs, verifyMs] = [5_000, 20_000];

export function createAdministration(options: AdministrationOptions): Administration {
  const { accounts, list, sessions, factors, auditPath, jobs, facts } = options;
  const expectAdmin = (by: Account): void => requireStanding(by, 'administer');
  // However many ask, the log is read once.
  let verifying: Promise<AuditReport> | undefined;
  const verify = (): Promise<AuditReport> =>
    (verifying ??= verifyAudit(auditPath, { signal: AbortSignal.timeout(verifyMs) }).finally(
      () => (verifying = undefined),
    ));
  return {
    async accounts(by, query) {
      expectAdmin(by);
      const { total, found } = await list.find(query);
      return { total, found: found.map((each) => ({ ...each, ...accounts.standingOf(each.name, each) })) };
    },
    async account(by, name) {
      expectAdmin(by);
      const { id, email, role, isFlagAdmin, disabledAt } = await accounts.find(name);
      const [hasPassword, factor, open, tokens, identities] = await Promise.all([
        accounts.hasPassword({ name }),
        factors.of({ id }),
        sessions.list({ id }),
        accounts.tokens({ id }),
        accounts.identities({ id }),
      ]);
      const standing = { role, isFlagAdmin };
      return { name, email, ...standing, disabledAt, hasPassword, factor, sessions: open, tokens, identities };
    },
    async ownerless(by) {
      expectAdmin(by);
      return options.readOwnerless();
    },
    async audit(by, query) {
      expectAdmin(by);
      return readable(auditPath, readAuditRecords(auditPath, query, AbortSignal.timeout(readMs)));
    },
    async verifyAudit(by) {
      expectAdmin(by);
      return readable(auditPath, verify());
    },
    server(by) {
      expectAdmin(by);
      return { ...facts, jobs: jobs.list() };
    },
  };
}

async function readable<Result>(path: string, reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServerErrors.AUDIT_UNREADABLE({ path, reason }, { cause });
  }
}
