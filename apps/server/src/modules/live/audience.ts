// Who hears of a report, as it is when the report is told.
// (1) Rights, roles, tokens and sessions are asked of the store with each report that is not for everybody: what was taken from
//     somebody a moment ago, here or by another instance, counts.
// (2) For any number of listeners it is the same number of questions.
import type { Account } from '../accounts/sessions.ts';
import type { AccessStore } from '../reports/access-store.ts';
import { mayRead } from '../reports/rights.ts';
import type { FoundReport } from '../reports/store.ts';

/** Who listens, as they proved who they are. */
export type ListeningAccount = Pick<Account, 'tokenKey' | 'expiresAt'>;

export type MayHear = (listener: ListeningAccount | undefined) => boolean;

/** Whose a token or a session is that is good now. */
export type Living = ReadonlyMap<string, Pick<Account, 'id' | 'role'>>;

export interface AudienceOptions {
  readonly access: Pick<AccessStore, 'rolesOf'>;
  /** Those of these tokens and sessions that are good now, by their keys. */
  readonly living: (keys: readonly string[]) => Promise<Living>;
  readonly listening: () => readonly ListeningAccount[];
  readonly now?: () => Date;
}

const everybody: MayHear = () => true;

export function createAudience(options: AudienceOptions): (found: FoundReport) => Promise<MayHear> {
  const { access, living, listening, now = () => new Date() } = options;
  return async ({ report, visibility }) => {
    if (visibility === 'public') return everybody;
    const keys = [...new Set(listening().map(({ tokenKey }) => tokenKey))];
    const accounts: Living = keys.length === 0 ? new Map() : await living(keys);
    const roles = await access.rolesOf(report.project, [...new Set([...accounts.values()].map(({ id }) => id))]);
    const at = now().toISOString();
    return (listener) => {
      if (listener === undefined || isOver(listener, at)) return false;
      const account = accounts.get(listener.tokenKey);
      return account !== undefined && mayRead({ visibility, role: roles.get(account.id) }, account);
    };
  };
}

/** Of a short-lived token nothing is in the store. */
function isOver({ expiresAt }: ListeningAccount, at: string): boolean {
  return typeof expiresAt === 'string' && expiresAt <= at;
}
