import type { ProjectView, RuleFinding, Severity } from '../contract.ts';

/** A finding about the manifest as a whole, or about the value at this path in it. */
export function manifestFinding(
  project: ProjectView,
  message: string,
  { path = [], severity }: { readonly path?: readonly string[]; readonly severity?: Severity } = {},
): RuleFinding {
  const file = project.file('package.json');
  const place = file ? { file: file.path, position: file.json().locate(path), message } : { file: '.', message };
  return severity ? { ...place, severity } : place;
}

/** The commands under `scripts`, by name. */
export function scriptsOf(project: ProjectView): Readonly<Record<string, string>> {
  const scripts = project.manifest?.['scripts'];
  if (typeof scripts !== 'object' || scripts === null) return {};
  return Object.fromEntries(
    Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Whether the manifest only holds a workspace together. */
export function isWorkspaceRoot({ manifest }: ProjectView): boolean {
  return manifest?.['workspaces'] !== undefined;
}
