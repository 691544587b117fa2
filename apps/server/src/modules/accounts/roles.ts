import { ServerErrors } from '../../errors.ts';
import type { Role } from '../../storage/schema.ts';
import type { Account } from './sessions.ts';

const ranks: Readonly<Record<Role, number>> = { reader: 0, publisher: 1, maintainer: 2, admin: 3 };

export const roles: readonly Role[] = ['reader', 'publisher', 'maintainer', 'admin'];

/** The least that each thing needs. Whose package it is comes on top of it, where that counts. */
const rights = {
  /** Change what is one's own but a package: reviews and tokens. */
  participate: 'reader',
  /** Publish and change packages, namespaces and keys that one owns, and submit versions for certification. */
  publish: 'publisher',
  /** Change categories. */
  curate: 'maintainer',
  /** Hide reviews and show them again. */
  moderate: 'maintainer',
  /** Decide about certifications. */
  certify: 'maintainer',
  /** Give roles. */
  administer: 'admin',
} as const satisfies Readonly<Record<string, Role>>;

export type Right = keyof typeof rights;

/** The one place where it is told who may do what. @throws TOKEN_ONLY_READS, ROLE_NEEDED */
export function requireRight({ name, role, scope }: Pick<Account, 'name' | 'role' | 'scope'>, right: Right): void {
  if (scope !== 'publish') throw new ServerErrors.TOKEN_ONLY_READS();
  const needed = rights[right];
  if (ranks[role] < ranks[needed]) throw new ServerErrors.ROLE_NEEDED({ account: name, role, needed });
}
