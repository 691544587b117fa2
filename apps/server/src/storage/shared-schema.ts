/** What instances share that have no folder in common; in PostgreSQL only. */
export interface SharedTables {
  readonly archives: ArchivesTable;
  readonly archive_parts: ArchivePartsTable;
  readonly shared_secrets: SharedSecretsTable;
}

export interface ArchivesTable {
  readonly sha256: string;
  readonly bytes: number;
  /** When somebody last wanted it kept. */
  readonly kept_at: string;
  /** What it is called in the bucket; null for one whose parts are here. */
  readonly object: string | null;
}

/** An archive is read in parts, so that nobody has to hold a large one in memory. */
export interface ArchivePartsTable {
  readonly sha256: string;
  /** From 0, without gaps. */
  readonly position: number;
  readonly content: Buffer;
}

/** A key that all instances sign with. */
export interface SharedSecretsTable {
  readonly name: string;
  readonly content: string;
}
