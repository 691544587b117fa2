import { ranked, type Standing } from './roles.ts';

/** Groups of a provider or a directory, with the role that each gives: `ops=admin`. */
export type RoleMapping = readonly string[];

/** A part of a mapping: a group of any characters but `=`, and a role. */
export const mappingPattern: RegExp = /^[^=\s][^=]{0,199}=(?:reader|publisher|maintainer|admin|flag-admin)$/;

/** The most that the groups give; reader for those of none. Undefined when nothing is mapped: then roles are given here. */
export function standingOfGroups(mapping: RoleMapping, groups: unknown): Standing | undefined {
  if (mapping.length === 0) return undefined;
  const given = new Set([groups].flat().filter((group) => typeof group === 'string'));
  const held = mapping.filter((each) => given.has(each.slice(0, each.lastIndexOf('='))));
  const names = new Set(held.map((each) => each.slice(each.lastIndexOf('=') + 1)));
  return { role: ranked.findLast((role) => names.has(role)) ?? 'reader', isFlagAdmin: names.has('flag-admin') };
}
