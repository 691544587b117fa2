import type { Role } from '../../storage/schema.ts';
import { ranked, type Standing } from './roles.ts';

/** What the settings give, whatever the store says: somebody has to be the first. */
export interface Grants {
  /** Whether somebody was named who may change flags. */
  readonly haveFlagAdmins: boolean;
  /** Who is an admin. */
  readonly admins: readonly string[];
  /** The higher of what is given here and what is kept. */
  of(name: string, kept: Standing): Standing;
  /** The least that somebody is, if they were named. */
  rankOf(name: string): Role | undefined;
}

export interface GrantSettings {
  /** `ada=admin`, of the roles and `flag-admin`. */
  readonly roles: readonly string[];
  /** Other ways to write `name=admin` and `name=flag-admin`. */
  readonly admins: readonly string[];
  readonly flagAdmins: readonly string[];
}

/** A part of the setting: the name of an account and a role. */
export const grantPattern: RegExp = /^[a-z\d][a-z\d_.-]{0,63}=(?:reader|publisher|maintainer|admin|flag-admin)$/;

export function createGrants({ roles, admins, flagAdmins }: GrantSettings): Grants {
  const pairs = roles.map((each) => each.split('=') as [name: string, role: string]);
  const all = [
    ...pairs,
    ...admins.map((name) => [name, 'admin'] as const),
    ...flagAdmins.map((name) => [name, 'flag-admin'] as const),
  ];
  const given = (name: string): readonly string[] => all.filter(([each]) => each === name).map(([, role]) => role);
  const rankOf = (name: string): Role | undefined => ranked.findLast((role) => given(name).includes(role));
  return {
    haveFlagAdmins: all.some(([, role]) => role === 'flag-admin'),
    admins: [...new Set(all.filter(([, role]) => role === 'admin').map(([name]) => name))],
    of: (name, kept) => ({
      role: higher(rankOf(name), kept.role),
      isFlagAdmin: kept.isFlagAdmin || given(name).includes('flag-admin'),
    }),
    rankOf,
  };
}

function higher(one: Role | undefined, other: Role): Role {
  return one !== undefined && ranked.indexOf(one) > ranked.indexOf(other) ? one : other;
}
