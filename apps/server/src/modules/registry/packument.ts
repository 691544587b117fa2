import { archiveName } from './names.ts';
import type { Json } from './publication.ts';
import type { Paid } from './paid.ts';
import type { StoredPackage, StoredVersion } from './store.ts';

/** `full` is all that is known; `install` is what npm needs to install. */
export type DocumentKind = 'full' | 'install';

/** What npm reads of a version when it installs. */
const installFields = [
  'name',
  'version',
  'dependencies',
  'optionalDependencies',
  'devDependencies',
  'bundleDependencies',
  'bundledDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'acceptDependencies',
  'bin',
  'directories',
  'dist',
  'engines',
  'os',
  'cpu',
  'libc',
  'funding',
  'hasInstallScript',
  '_hasShrinkwrap',
] as const;

/** The fields of the newest version that a package shows as its own. */
const ownFields = ['description', 'keywords', 'license', 'author', 'homepage', 'repository', 'bugs'] as const;

/** A version with the address of its archive. */
function versionDocument(name: string, stored: StoredVersion, base: string): Json {
  const manifest = JSON.parse(stored.manifest) as Json & { readonly dist: Json };
  const tarball = `${base}/${name}/-/${archiveName(name, stored.version)}`;
  const dist = { ...manifest.dist, tarball };
  return { ...manifest, dist, ...(stored.deprecated !== '' && { deprecated: stored.deprecated }) };
}

/** The document at `/<package>`. `base` is the registry's address without a slash at its end. */
export function packageDocument(stored: StoredPackage, kind: DocumentKind, base: string): Json {
  const versions = new Map(
    stored.versions.map((each) => [each.version, versionDocument(stored.name, each, base)] as const),
  );
  const tags = Object.fromEntries(stored.tags);
  const paid = paidOf(stored);
  // To npm it means nothing; people and other programs see it.
  const marked = paid === undefined ? {} : { licensing: { mode: 'paid', ...paid } };
  if (kind === 'install') {
    const short = [...versions].map(([version, document]) => [version, installPart(document)] as const);
    const versionsPart = Object.fromEntries(short);
    return { name: stored.name, modified: stored.modifiedAt, 'dist-tags': tags, versions: versionsPart, ...marked };
  }
  return {
    _id: stored.name,
    _rev: String(stored.revision),
    name: stored.name,
    'dist-tags': tags,
    versions: Object.fromEntries(versions),
    time: timesOf(stored),
    ...pick(versions.get(stored.tags.get('latest') ?? '') ?? {}, ownFields),
    maintainers: stored.owners,
    users: Object.fromEntries(stored.stars.map((name) => [name, true])),
    readme: stored.readme,
    access: stored.access,
    ...marked,
  };
}

/** Which versions have to be paid for; undefined for none. */
export function paidOf({ paidVersions: versions, terms, termsUrl }: StoredPackage): Paid | undefined {
  return versions === null ? undefined : { versions, terms, termsUrl };
}

function installPart(document: Json): Json {
  return { ...pick(document, installFields), ...pick(document, ['deprecated']) };
}

function timesOf({ createdAt, modifiedAt, versions }: StoredPackage): Json {
  const published = versions.map(({ version, publishedAt }) => [version, publishedAt] as const);
  return { created: createdAt, modified: modifiedAt, ...Object.fromEntries(published) };
}

function pick(document: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.flatMap((name) => (document[name] === undefined ? [] : [[name, document[name]]])));
}
