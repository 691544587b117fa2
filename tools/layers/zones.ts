import type { Manifest } from '../repository/projects.ts';

/** What a file of a project is for, which decides what it may import. */
export type Zone = 'src' | 'test' | 'bench' | 'examples' | 'config';

/** The zone of a file, by its path inside the project. */
export function zoneOf(path: string): Zone {
  const [folder] = path.split('/');
  if (folder === 'src' || folder === 'test' || folder === 'bench' || folder === 'examples') return folder;
  return 'config';
}

/** The packages a zone may name. Tests, benchmarks and settings may also use what is installed for development. */
export function declaredFor(zone: Zone, own: Manifest, workspace: Manifest): ReadonlySet<string> {
  const forUsers = [own.dependencies, own.peerDependencies, own.optionalDependencies];
  const forUs = [own.devDependencies, workspace.devDependencies];
  if (zone === 'src' || zone === 'examples') return namesOf(forUsers);
  return namesOf([...forUsers, ...forUs]);
}

function namesOf(groups: readonly (Readonly<Record<string, string>> | undefined)[]): ReadonlySet<string> {
  return new Set(groups.flatMap((group) => Object.keys(group ?? {})));
}
