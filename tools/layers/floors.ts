import type { Project } from '../repository/projects.ts';

// The three floors, from below: a project may only stand on a floor below its own.
const floors = ['ground', 'room', 'roof'] as const;

export type Floor = (typeof floors)[number];

/** The floor that the manifest's `nx.tags` name, or undefined when there is not exactly one. */
export function floorOf(project: Project): Floor | undefined {
  const named = (project.manifest.nx?.tags ?? []).filter((tag) => tag.startsWith('floor:'));
  const [tag] = named;
  return named.length === 1 ? floors.find((floor) => tag === `floor:${floor}`) : undefined;
}

/** Why a project may not depend on another one, or undefined when it may. */
export function whyForbidden(from: Project, to: Project): string | undefined {
  const [own, other] = [floorOf(from), floorOf(to)];
  if (own === undefined || other === undefined || floors.indexOf(other) < floors.indexOf(own)) return undefined;
  if (own === 'roof' && other === 'roof') return `an app never imports the other app (${to.name})`;
  return `the floor of ${from.name} is ${own}, and it may not depend on ${to.name}, whose floor is ${other}`;
}

/** Packages stand on the ground or in a room, apps on the roof. */
export function wrongFloor(project: Project): string | undefined {
  const allowed = project.folder.startsWith('apps/') ? ['roof'] : ['ground', 'room'];
  const floor = floorOf(project);
  if (floor !== undefined && allowed.includes(floor)) return undefined;
  return `"nx.tags" must name exactly one floor: ${allowed.map((name) => `floor:${name}`).join(' or ')}`;
}
