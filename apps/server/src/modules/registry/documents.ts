// (1) A document is made of one state of its package: what changes a package drops what was made of it.
// (2) What was read before a change and arrives after it is not kept.
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
  document(kind: DocumentKind, base: string): PackageDocument;
}

export interface Documents {
  /** Undefined when there is no such package. */
  find(name: string): Promise<KnownPackage | undefined>;
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
  const packages = createByteCache<KnownPackage>(limitBytes);
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
      const known = knownPackage(stored, (bytes) => {
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

function knownPackage(stored: StoredPackage, grow: (bytes: number) => void): KnownPackage & { readonly bytes: number } {
  const made = new Map<string, PackageDocument>();
  let bytes = stored.readme.length + stored.versions.reduce((sum, { manifest }) => sum + manifest.length + 200, 0);
  return {
    get bytes() {
      return bytes;
    },
    access: stored.access,
    owners: stored.owners.map(({ name }) => name),
    paid: paidOf(stored),
    tags: stored.tags,
    archives: new Map(stored.versions.map(({ version, sha256, bytes: size }) => [version, { sha256, bytes: size }])),
    document(kind, base) {
      const key = `${kind} ${base}`;
      const ready = made.get(key);
      if (ready !== undefined) return ready;
      const document = toDocument(stored, kind, base);
      if (made.size < mostBases * 2) {
        made.set(key, document);
        bytes += document.text.length;
        grow(bytes);
      }
      return document;
    },
  };
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
