import type { Position, ProjectFile, ProjectView } from '../contract.ts';
import { asList, asMapping, asText, pick } from './values.ts';
import { locate, mappingOf, type YamlDocument } from './yaml.ts';

/** One document of a manifest. */
export interface Resource {
  readonly file: ProjectFile;
  readonly document: YamlDocument;
  readonly kind: string;
  readonly name: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface Container {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly position: Position;
}

/** A resource that runs pods. */
export interface Workload extends Resource {
  readonly podPath: readonly string[];
  /** The containers that run all the time, without those of a partial patch, which names no image. */
  readonly containers: readonly Container[];
}

const podPaths: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  Pod: ['spec'],
};

/** Every resource of the project's Kubernetes manifests. */
export function resources(project: ProjectView): readonly Resource[] {
  const files = project.files('kubernetes').filter(({ isSupport }) => !isSupport);
  return files.flatMap((file) =>
    file.yaml().documents.map((document) => {
      const value = mappingOf(document);
      return { file, document, value, kind: asText(value['kind']), name: asText(pick(value, 'metadata', 'name')) };
    }),
  );
}

/** Every resource of these kinds that runs pods. */
export function workloads(project: ProjectView, ...kinds: readonly string[]): readonly Workload[] {
  return resources(project).flatMap((resource) => {
    const podPath = podPaths[resource.kind];
    if (!podPath || (kinds.length > 0 && !kinds.includes(resource.kind))) return [];
    return [{ ...resource, podPath, containers: containersOf(resource, podPath) }];
  });
}

function containersOf(resource: Resource, podPath: readonly string[]): readonly Container[] {
  const path = [...podPath, 'containers'];
  return asList(pick(resource.value, ...path)).flatMap((entry, index) => {
    const spec = asMapping(entry);
    if (typeof spec['image'] !== 'string') return [];
    const position = locate(resource.file, resource.document, [...path, index]);
    return [{ name: asText(spec['name']), spec, position }];
  });
}
