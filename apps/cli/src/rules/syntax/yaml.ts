import type { Position, ProjectFile } from '../contract.ts';
import { asMapping } from './values.ts';

export type YamlPath = readonly (string | number)[];
export type YamlDocument = ReturnType<ProjectFile['yaml']>['documents'][number];

/** Where the value at this path starts; the start of the nearest parent when it is absent. */
export function locate(file: ProjectFile, document: YamlDocument, path: YamlPath): Position {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  const range = hasRange(node) ? node.range : undefined;
  if (range) return file.position(range[0]);
  return path.length === 0 ? { line: 1, column: 1 } : locate(file, document, path.slice(0, -1));
}

/** The document as plain data, or an empty mapping when it is anything else. */
export function mappingOf(document: YamlDocument): Readonly<Record<string, unknown>> {
  return asMapping(document.toJS());
}

function hasRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
