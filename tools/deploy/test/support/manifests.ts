import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { root } from '../../../repository/root.ts';

/** One object as Kubernetes takes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly [part: string]: unknown;
}

/** Every object of a text of several documents; empty ones are left out. */
export function parseManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text)
    .map((document) => {
      if (document.errors[0] !== undefined) throw document.errors[0];
      return document.toJS() as Manifest | null;
    })
    .filter((manifest) => manifest !== null);
}

/** The objects of one folder below deploy/kubernetes. */
export function readManifests(folder: string): readonly Manifest[] {
  const place = join(root, 'deploy/kubernetes', folder);
  return globSync('*.yaml', { cwd: place })
    .filter((file) => file !== 'kustomization.yaml')
    .toSorted()
    .flatMap((file) => parseManifests(readFileSync(join(place, file), 'utf8')));
}

/** What lies at a path; undefined where there is nothing. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((part, key) => Object(part)[key], value);
}
