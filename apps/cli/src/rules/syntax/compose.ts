import type { ProjectFile, ProjectView } from '../contract.ts';
import { asMapping, pick } from './values.ts';
import { mappingOf, type YamlDocument } from './yaml.ts';

export interface ComposeService {
  readonly file: ProjectFile;
  readonly document: YamlDocument;
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly path: readonly ['services', string];
}

/** Every service of the project's Compose files. */
export function composeServices(project: ProjectView): readonly ComposeService[] {
  const files = project.files('compose').filter(({ isSupport }) => !isSupport);
  return files.flatMap((file) =>
    file.yaml().documents.flatMap((document) =>
      Object.entries(asMapping(pick(mappingOf(document), 'services'))).map(([name, spec]) => ({
        file,
        document,
        name,
        spec: asMapping(spec),
        path: ['services', name] as const,
      })),
    ),
  );
}
