import { ServerErrors } from '../../errors.ts';
import type { Role, TokenScope } from '../../storage/schema.ts';
import type { Account } from './sessions.ts';

/** Each may do what the ones before it may. */
export const ranked: readonly Role[] = ['reader', 'publisher', 'maintainer', 'admin'];

/** What an account is: one of the ranks, and beside it whether it may switch programs, which no rank but the highest has. */
export interface Standing {
  readonly role: Role;
  readonly isFlagAdmin: boolean;
}

/** The least that each thing needs. Whose package it is comes on top of it, where that counts. */
const rights = {
  /** Change what is one's own but a package: reviews and tokens. */
  participate: 'reader',
  /** Publish and change packages, namespaces and keys that one owns, and submit versions for certification. */
  publish: 'publisher',
  /** Send reports. Whose project it is comes on top of it. */
  report: 'publisher',
  /** Register and remove schemas, and say how strictly they are compared. */
  registerSchemas: 'publisher',
  /** Change categories. */
  curate: 'maintainer',
  /** Hide reviews and show them again. */
  moderate: 'maintainer',
  /** Decide about certifications. */
  certify: 'maintainer',
  /** Read and change the flags that are kept here. */
  switchFlags: 'flag-admin',
  /** Give roles. */
  administer: 'admin',
} as const satisfies Readonly<Record<string, Role | 'flag-admin'>>;

export type Right = keyof typeof rights;

/** What a token is good for; one for reports opens no other part of the server, not even to read. */
export type Purpose = 'reports' | 'everything else';

/** @throws ServerErrors.TOKEN_FOR_REPORTS */
export function requirePurpose(scope: TokenScope, purpose: Purpose): void {
  if (!isFor(scope, purpose)) throw new ServerErrors.TOKEN_FOR_REPORTS();
}

export function isFor(scope: TokenScope, purpose: Purpose): boolean {
  return scope !== 'reports' || purpose === 'reports';
}

/** The one place where it is told who may do what. @throws TOKEN_ONLY_READS, TOKEN_FOR_REPORTS, ROLE_NEEDED, FLAGS_ADMIN_ONLY */
export function requireRight(account: Pick<Account, 'name' | 'scope'> & Standing, right: Right): void {
  if (account.scope === 'read') throw new ServerErrors.TOKEN_ONLY_READS();
  requirePurpose(account.scope, right === 'report' ? 'reports' : 'everything else');
  requireStanding(account, right);
}

/** The same for what changes nothing, for which a token that only reads is enough. @throws ROLE_NEEDED, FLAGS_ADMIN_ONLY */
export function requireStanding({ name, role, isFlagAdmin }: Pick<Account, 'name'> & Standing, right: Right): void {
  const needed = rights[right];
  if (needed === 'flag-admin') {
    if (!isFlagAdmin && role !== 'admin') throw new ServerErrors.FLAGS_ADMIN_ONLY({ account: name });
    return;
  }
  if (ranked.indexOf(role) < ranked.indexOf(needed))
    throw new ServerErrors.ROLE_NEEDED({ account: name, role, needed });
}
