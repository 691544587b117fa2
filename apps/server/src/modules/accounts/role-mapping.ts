import type { Role } from '../../storage/schema.ts';
import { roles as ranked } from './roles.ts';

/** Groups of a provider or a directory, with the role that each gives: `ops=admin`. */
export type RoleMapping = readonly string[];

/** A part of a mapping: a group of any characters but `=`, and a role. */
export const mappingPattern: RegExp = /^[^=\s][^=]{0,199}=(?:reader|publisher|maintainer|admin)$/;

/** The highest role that the groups give; reader for those of none. Undefined when nothing is mapped: then roles are given here. */
export function roleOfGroups(mapping: RoleMapping, groups: unknown): Role | undefined {
  if (mapping.length === 0) return undefined;
  const given = new Set([groups].flat().filter((group) => typeof group === 'string'));
  const held = mapping.filter((each) => given.has(each.slice(0, each.lastIndexOf('='))));
  const names = new Set(held.map((each) => each.slice(each.lastIndexOf('=') + 1)));
  return ranked.findLast((role) => names.has(role)) ?? 'reader';
}
