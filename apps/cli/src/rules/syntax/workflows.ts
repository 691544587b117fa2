import type { Position, ProjectFile, ProjectView } from '../contract.ts';
import { asList, asMapping, pick } from './values.ts';
import { locate, mappingOf, type YamlDocument, type YamlPath } from './yaml.ts';

export interface Step {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly path: YamlPath;
}

export interface Job {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly path: YamlPath;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly file: ProjectFile;
  readonly value: Readonly<Record<string, unknown>>;
  readonly jobs: readonly Job[];
  at(path: YamlPath): Position;
}

/** The project's GitHub workflows. */
export function workflows(project: ProjectView): readonly Workflow[] {
  const files = project.files('workflow').filter(({ isSupport }) => !isSupport);
  return files.flatMap((file) => file.yaml().documents.map((document) => workflow(file, document)));
}

/** Whether one of these events starts the workflow. */
export function isStartedBy({ value }: Workflow, ...events: readonly string[]): boolean {
  const on = value['on'];
  const names = typeof on === 'string' ? [on] : Array.isArray(on) ? on.map(String) : Object.keys(asMapping(on));
  return events.some((event) => names.includes(event));
}

function workflow(file: ProjectFile, document: YamlDocument): Workflow {
  const value = mappingOf(document);
  const jobs = Object.entries(asMapping(value['jobs'])).map(([name, spec]) => job(name, asMapping(spec)));
  return { file, value, jobs, at: (path) => locate(file, document, path) };
}

function job(name: string, spec: Readonly<Record<string, unknown>>): Job {
  const path = ['jobs', name];
  const steps = asList(pick(spec, 'steps')).map((step, index) => ({
    spec: asMapping(step),
    path: [...path, 'steps', index],
  }));
  return { name, spec, path, steps };
}
