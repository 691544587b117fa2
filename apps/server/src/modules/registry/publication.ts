import { ServerErrors } from '../../errors.ts';
import { isTag, notATag, splitName, wrongWithName } from './names.ts';
import type { ReceivedArchive } from './upload.ts';
import { isVersion } from './versions.ts';

export type Json = Readonly<Record<string, unknown>>;

/** A version as it was sent, after everything that can be told of it alone was checked. */
export interface Publication {
  readonly name: string;
  readonly version: string;
  readonly tags: readonly string[];
  readonly access: 'public' | 'restricted' | undefined;
  readonly readme: string;
  /** As it was sent, but for what the server itself says. */
  readonly manifest: Json;
}

const readmeLength = 262_144;

/** Fields of a manifest that the registry says, or that say where the sender had it. */
const notKept = [
  'readme',
  'dist',
  'maintainers',
  '_attachments',
  '_resolved',
  '_integrity',
  '_from',
  '_npmUser',
  '_rev',
];

/** @throws NAME_REFUSED, PUBLISH_REFUSED, ARCHIVE_REFUSED, TAG_REFUSED */
export function checkPublication(name: string, document: Json, archive: ReceivedArchive): Publication {
  const problem = wrongWithName(name);
  if (problem !== undefined)
    throw new ServerErrors.NAME_REFUSED({ name: JSON.stringify(name.slice(0, 80)), reason: problem });
  const { _id: id, name: named } = document;
  if (named !== name || (id !== undefined && id !== name)) refuse('the document has another name than its address');
  const [version, manifest] = onlyVersion(document);
  if (manifest['name'] !== name || manifest['version'] !== version) refuse('its version has another name or version');
  checkPackageJson(archive.contents.packageJson, name, version);
  checkArchive(archive, manifest, { name, version, attachments: objectOf(document['_attachments']) });
  const readme = document['readme'] ?? manifest['readme'];
  return {
    name,
    version,
    tags: checkTags(name, version, objectOf(document['dist-tags'])),
    access: accessOf(document['access']),
    readme: typeof readme === 'string' ? readme.slice(0, readmeLength) : '',
    manifest: Object.fromEntries(Object.entries(manifest).filter(([key]) => !notKept.includes(key))),
  };
}

/** Refuses keys that change objects instead of filling them. */
export function refuseHostileKeys(document: unknown): void {
  const waiting: unknown[] = [document];
  while (waiting.length > 0) {
    const each = waiting.pop();
    if (typeof each !== 'object' || each === null) continue;
    if (Object.hasOwn(each, '__proto__')) refuse('it has a key named __proto__');
    // One by one: a stranger's list may be longer than the arguments of a call.
    for (const value of Object.values(each)) waiting.push(value);
  }
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function onlyVersion(document: Json): readonly [string, Json] {
  const entries = Object.entries(objectOf(document['versions']));
  const [version, manifest] = entries[0] ?? [];
  if (entries.length !== 1 || version === undefined) return refuse('it has not exactly one version');
  if (!isVersion(version)) {
    refuse(
      `${JSON.stringify(version.slice(0, 60))} is no version like 1.2.3 or 1.2.3-beta.1 (build metadata is not kept)`,
    );
  }
  return [version, objectOf(manifest)];
}

/** What is installed says of itself what the registry says of it. */
function checkPackageJson(text: string, name: string, version: string): void {
  let packageJson: Json;
  try {
    packageJson = objectOf(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (cause) {
    throw new ServerErrors.ARCHIVE_REFUSED({ reason: 'its package.json is not JSON' }, { cause });
  }
  const { name: ownName, version: ownVersion } = packageJson;
  const own = typeof ownVersion === 'string' ? ownVersion.trim().replace(/^[v=]+/, '') : '';
  if (ownName === name && own === version) return;
  const found = JSON.stringify(`${typeof ownName === 'string' ? ownName : ''}@${own}`.slice(0, 100));
  throw new ServerErrors.ARCHIVE_REFUSED({ reason: `its package.json is of ${found}, not of ${name}@${version}` });
}

interface Expected {
  readonly name: string;
  readonly version: string;
  readonly attachments: Json;
}

function checkArchive({ fileName, digests }: ReceivedArchive, manifest: Json, expected: Expected): void {
  const { name, version, attachments } = expected;
  const names = [`${name}-${version}.tgz`, `${splitName(name)[1]}-${version}.tgz`];
  if (!names.includes(fileName)) refuse(`its attachment is not named ${names[0] as string}`);
  if (Object.keys(attachments).length > 1)
    refuse('it has more than the archive attached; attestations are not kept here');
  const { length } = objectOf(attachments[fileName]);
  if (length !== undefined && length !== digests.bytes)
    refuse(`its archive has ${digests.bytes} bytes, not as many as it says`);
  const { integrity, shasum } = objectOf(manifest['dist']);
  if (typeof shasum === 'string' && shasum !== digests.shasum) refuse('its archive has another shasum than it says');
  const hashes =
    typeof integrity === 'string' ? integrity.split(/\s+/).filter((hash) => hash.startsWith('sha512-')) : [];
  if (hashes.some((hash) => hash !== digests.integrity)) {
    refuse('its archive has another sha512 integrity than it says');
  }
}

function checkTags(name: string, version: string, tags: Json): readonly string[] {
  const given = Object.entries(tags);
  for (const [tag, target] of given) {
    if (!isTag(tag))
      throw new ServerErrors.TAG_REFUSED({ tag: JSON.stringify(tag.slice(0, 60)), name, reason: notATag });
    if (target !== version) refuse(`its tag ${tag} is of another version`);
  }
  return given.length === 0 ? ['latest'] : given.map(([tag]) => tag);
}

function accessOf(access: unknown): 'public' | 'restricted' | undefined {
  if (access === undefined || access === null) return undefined;
  if (access === 'public' || access === 'restricted') return access;
  return refuse('its access is neither public nor restricted');
}

function refuse(reason: string): never {
  throw new ServerErrors.PUBLISH_REFUSED({ reason });
}
