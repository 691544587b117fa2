import { posix } from 'node:path';
import type { Manifest, Project } from '../repository/projects.ts';
import { whyForbidden } from './floors.ts';
import type { Import } from './imports.ts';
import { isRuleFile, judgeRule } from './rules.ts';
import { isBuiltin, isExported, isRelative, packageOf } from './specifier.ts';
import { declaredFor, zoneOf, type Zone } from './zones.ts';

/** What the judgement of an import needs to know of the repository. */
export interface House {
  readonly projects: readonly Project[];
  /** The package.json of the root. */
  readonly workspace: Manifest;
}

/** What is wrong with an import of a file, or undefined. The file's path starts at the root of the repository. */
export function judge(house: House, project: Project, file: string, found: Import): string | undefined {
  const inside = file.slice(project.folder.length + 1);
  const zone = zoneOf(inside);
  if (isRuleFile(file)) return judgeRule(file, found);
  // A test may look into any file of the repository; what it imports is held to the same rules as everything else.
  if (found.kind === 'file' && zone !== 'src' && zone !== 'examples') return undefined;
  if (found.kind === 'file' || isRelative(found.specifier)) return judgeRelative(project, inside, zone, found);
  if (found.specifier.startsWith('#')) return judgePrivate(project, found.specifier);
  return isBuiltin(found.specifier) ? undefined : judgeBare(house, project, zone, found.specifier);
}

function judgeRelative(project: Project, inside: string, zone: Zone, { specifier }: Import): string | undefined {
  const target = posix.normalize(posix.join(posix.dirname(inside), specifier));
  if (!target.startsWith('../') && target !== '..') {
    if (zone !== 'src' || target.startsWith('src/') || target === 'src' || target === 'package.json') return undefined;
    return `"${specifier}" leaves src, and only src is published`;
  }
  // The settings of a project extend those at the root.
  if (zone === 'config') return undefined;
  return `"${specifier}" leaves ${project.folder}; import the other package by its name`;
}

function judgePrivate(project: Project, specifier: string): string | undefined {
  if (specifier in (project.manifest.imports ?? {})) return undefined;
  return `"${specifier}" is not in "imports" of ${project.folder}/package.json`;
}

function judgeBare(house: House, project: Project, zone: Zone, specifier: string): string | undefined {
  const name = packageOf(specifier);
  const target = house.projects.find((other) => other.name === name);
  if (target && !isExported(specifier, target.manifest)) {
    return `"${specifier}" is not in the exports map of ${name}; import a name it exports`;
  }
  if (target === project) {
    return zone === 'src'
      ? `a package does not import itself by name ("${specifier}"); use a relative path`
      : undefined;
  }
  const forbidden = target && whyForbidden(project, target);
  if (forbidden !== undefined) return forbidden;
  if (declaredFor(zone, project.manifest, house.workspace).has(name)) return undefined;
  // An extension names the program that loads it, which puts a module of its name in place.
  if (project.manifest.engines?.[name] !== undefined) return undefined;
  const group = zone === 'src' || zone === 'examples' ? '"dependencies"' : '"devDependencies"';
  return `"${name}" is imported and not declared; add it to ${group} of ${project.folder}/package.json`;
}
