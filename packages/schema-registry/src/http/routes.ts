import * as operations from './operations.ts';
import type { Operation } from './operations.ts';

export interface Route {
  readonly operation: Operation;
  readonly hasBody: boolean;
  readonly subject: string;
  readonly version: string;
  readonly id: number;
}

const table: Readonly<Record<string, Operation>> = {
  GET: operations.root,
  'GET schemas/types': operations.schemaTypes,
  'GET schemas/ids/{id}': operations.schemaById,
  'GET schemas/ids/{id}/schema': operations.rawSchemaById,
  'GET schemas/ids/{id}/versions': operations.usesOfSchema,
  'GET schemas/ids/{id}/subjects': operations.subjectsOfSchema,
  'GET subjects': operations.subjects,
  'POST subjects/{subject}': operations.lookUpSchema,
  'DELETE subjects/{subject}': operations.deleteSubject,
  'GET subjects/{subject}/versions': operations.versions,
  'POST subjects/{subject}/versions': operations.registerSchema,
  'GET subjects/{subject}/versions/{version}': operations.schemaOfVersion,
  'DELETE subjects/{subject}/versions/{version}': operations.deleteVersion,
  'GET subjects/{subject}/versions/{version}/schema': operations.rawSchemaOfVersion,
  'GET subjects/{subject}/versions/{version}/referencedby': operations.referencesToVersion,
  'POST compatibility/subjects/{subject}/versions': operations.checkAllVersions,
  'POST compatibility/subjects/{subject}/versions/{version}': operations.checkVersion,
  'GET config': operations.level,
  'PUT config': operations.setLevel,
  'GET config/{subject}': operations.subjectLevel,
  'PUT config/{subject}': operations.setLevel,
  'DELETE config/{subject}': operations.removeLevel,
  'GET mode': operations.mode,
  'PUT mode': operations.setMode,
  'GET mode/{subject}': operations.subjectMode,
  'PUT mode/{subject}': operations.setMode,
};

/** What is served: `GET subjects/{subject}`, and `GET` for the root. */
export function operationPatterns(): readonly string[] {
  return Object.keys(table);
}

/** The operation for a path; 'method' when there is one of another method, undefined when there is none. */
export function findRoute(method: string, path: string): Route | 'method' | undefined {
  const parts = decoded(path);
  if (parts === undefined) return undefined;
  let isKnownPath = false;
  for (const [pattern, operation] of Object.entries(table)) {
    const [wanted = '', shape = ''] = pattern.split(' ');
    const named = match(shape === '' ? [] : shape.split('/'), parts);
    if (named === undefined) continue;
    if (wanted === method) return { operation, hasBody: method === 'POST' || method === 'PUT', ...named };
    isKnownPath = true;
  }
  return isKnownPath ? 'method' : undefined;
}

/** A slash within a name is written as %2F, so parts are decoded one by one. */
function decoded(path: string): readonly string[] | undefined {
  try {
    return path === '' ? [] : path.split('/').map((part) => decodeURIComponent(part));
  } catch {
    return undefined;
  }
}

function match(
  shape: readonly string[],
  parts: readonly string[],
): Pick<Route, 'subject' | 'version' | 'id'> | undefined {
  if (shape.length !== parts.length) return undefined;
  const named = { subject: '', version: '', id: 0 };
  for (const [index, wanted] of shape.entries()) {
    const part = parts[index] ?? '';
    if (wanted === '{subject}' && part !== '') named.subject = part;
    else if (wanted === '{version}' && part !== '') named.version = part;
    else if (wanted === '{id}' && /^\d{1,10}$/.test(part)) named.id = Number(part);
    else if (wanted !== part) return undefined;
  }
  return named;
}
