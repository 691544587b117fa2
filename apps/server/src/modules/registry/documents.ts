// (1) A document is made of one state of its package: what changes a package drops what was made of it.
// (2) What was read before a change and arrives after it is not kept.
// (3) What a document is made of, the readme and all manifests, is let go when it is made: documents are asked for again, and it is
//     larger than what npm reads to install. Another document of the package is made of what is read anew.
import { createHash } from 'node:crypto';
import { createByteCache } from './byte-cache.ts';
import type { Paid } from './paid.ts';
import { packageDocument, paidOf, type DocumentKind } from './packument.ts';
import type { StoredPackage } from './store.ts';

/** A document as it is sent. */
export interface PackageDocument {
  /** Its bytes, one for each character: Node sends a text together with the headers. */
  readonly text: string;
  readonly etag: string;
  readonly body: Buffer;
}

/** Where an archive is. */
export interface ArchivePlace {
  readonly sha256: string;
  readonly bytes: number;
}

/** A package as requests need it. */
export interface KnownPackage {
  readonly access: 'public' | 'restricted';
  readonly owners: readonly string[];
  /** Undefined when all of it is free. */
  readonly paid: Paid | undefined;
  readonly tags: ReadonlyMap<string, string>;
  /** By version. */
  readonly archives: ReadonlyMap<string, ArchivePlace>;
  /** Undefined when it was not made yet, and what it is made of was let go: see `Documents.readAnew`. */
  document(kind: DocumentKind, base: string): PackageDocument | undefined;
}

export interface Documents {
  /** Undefined when there is no such package. */
  find(name: string): Promise<KnownPackage | undefined>;
  /** The same with what all of its documents can be made of. Who may see it is to be asked again: it may have changed. */
  readAnew(name: string): Promise<KnownPackage | undefined>;
  /** The same by what is in memory. */
  recall(name: string): KnownPackage | undefined;
  /** To be called after each change of the package. */
  drop(name: string): void;
  /** To be called when any package may have changed. */
  dropAll(): void;
}

/**
 * @param limitBytes How much memory packages and their documents may take.
 * @param mayKeep Whether it would be told if another instance changed one.
 */
export function createDocuments(
  read: (name: string) => Promise<StoredPackage | undefined>,
  limitBytes: number,
  mayKeep: () => boolean = () => true,
): Documents {
  const packages = createByteCache<KeptPackage>(limitBytes);
  /** How often each package that is being read was changed meanwhile. */
  const reading = new Map<string, { changes: number; readers: number }>();

  const load = async (name: string): Promise<KnownPackage | undefined> => {
    const watch = reading.get(name) ?? { changes: 0, readers: 0 };
    reading.set(name, watch);
    watch.readers += 1;
    const before = watch.changes;
    try {
      const stored = await read(name);
      if (stored === undefined) return undefined;
      const known = knownPackage(stored, packages.get(name), (bytes) => {
        if (packages.get(name) === known) packages.set(name, known, bytes);
      });
      if (watch.changes === before && mayKeep()) packages.set(name, known, known.bytes);
      return known;
    } finally {
      watch.readers -= 1;
      if (watch.readers === 0) reading.delete(name);
    }
  };
  return {
    find: (name) => {
      const known = packages.get(name);
      return known === undefined ? load(name) : Promise.resolve(known);
    },
    readAnew: load,
    recall: (name) => packages.get(name),
    drop(name) {
      const watch = reading.get(name);
      if (watch !== undefined) watch.changes += 1;
      packages.delete(name);
    },
    dropAll() {
      for (const watch of reading.values()) watch.changes += 1;
      packages.clear();
    },
  };
}

/** The most addresses that the documents of a package are kept for: a stranger chooses the Host header. */
const mostBases = 2;
/** What a version costs beside its manifest. */
const versionBytes = 200;

interface KeptPackage extends KnownPackage {
  readonly revision: number;
  readonly made: ReadonlyMap<string, PackageDocument>;
  /** What it takes now. */
  readonly bytes: number;
}

/** @param before What was known of it: of the same revision its documents are the same. */
function knownPackage(
  stored: StoredPackage,
  before: KeptPackage | undefined,
  resized: (bytes: number) => void,
): KeptPackage {
  const { revision } = stored;
  const made = new Map(before?.revision === revision ? before.made : []);
  let source: StoredPackage | undefined = stored;
  const versionsBytes = stored.versions.length * versionBytes;
  const bytesNow = (): number => {
    let bytes = versionsBytes + (source === undefined ? 0 : sizeOf(source));
    for (const { text } of made.values()) bytes += text.length;
    return bytes;
  };
  return {
    get bytes() {
      return bytesNow();
    },
    revision,
    made,
    access: stored.access,
    owners: stored.owners.map(({ name }) => name),
    paid: paidOf(stored),
    tags: stored.tags,
    archives: new Map(stored.versions.map(({ version, sha256, bytes: size }) => [version, { sha256, bytes: size }])),
    document(kind, base) {
      const key = `${kind} ${base}`;
      const ready = made.get(key);
      if (ready !== undefined || source === undefined) return ready;
      const document = toDocument(source, kind, base);
      if (made.size < mostBases * 2) made.set(key, document);
      source = undefined;
      resized(bytesNow());
      return document;
    },
  };
}

function sizeOf({ readme, versions }: StoredPackage): number {
  return readme.length + versions.reduce((sum, { manifest }) => sum + manifest.length, 0);
}

function toDocument(stored: StoredPackage, kind: DocumentKind, base: string): PackageDocument {
  const bytes = Buffer.from(JSON.stringify(packageDocument(stored, kind, base)));
  const text = bytes.toString('latin1');
  return {
    text,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`,
    get body() {
      return Buffer.from(text, 'latin1');
    },
  };
}
