// The headers of packages and archives, by turns names and values.
import type { ArchivePlace } from './documents.ts';
import type { DocumentKind } from './packument.ts';

const installType = 'application/vnd.npm.install-v1+json';
const types = { install: ['content-type', installType], full: ['content-type', 'application/json'] } as const;
/** An archive never changes. */
const forEver = 'max-age=31536000, immutable';

/** npm asks for what it needs to install, `npm view` and a change for everything. */
export function kindOf(accept: string | undefined): DocumentKind {
  return accept?.includes(installType) === true ? 'install' : 'full';
}

export function typeOf(kind: DocumentKind): readonly string[] {
  return types[kind];
}

/** @param isOpen Whether everybody would be answered the same. */
export function documentHeaders(etag: string, isOpen: boolean): readonly string[] {
  return ['etag', etag, 'vary', 'accept', 'cache-control', isOpen ? 'public, no-cache' : 'private, no-cache'];
}

export function archiveHeaders({ sha256, bytes }: ArchivePlace, isOpen: boolean): readonly string[] {
  const about = ['etag', `"${sha256}"`, 'cache-control', `${isOpen ? 'public' : 'private'}, ${forEver}`];
  return [...about, 'accept-ranges', 'bytes', 'content-type', 'application/octet-stream', ...lengthHeaders(bytes)];
}

export function lengthHeaders(bytes: number): readonly string[] {
  return ['content-length', String(bytes)];
}

/** For the framework. */
export function asObject(list: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < list.length; index += 2) headers[list[index] as string] = list[index + 1] as string;
  return headers;
}
