import { readFile, rename } from 'node:fs/promises';
import { writeDurably } from './durable-file.ts';
import { SchemaErrors } from './errors.ts';

/** How many records were read, and what became of them; over all runs since the checkpoint was new. */
export interface Counts {
  readonly read: number;
  readonly migrated: number;
  /** Those that had the wanted version already. */
  readonly current: number;
  readonly dead: number;
}

/** How far a migration has come. */
export interface Checkpoint extends Counts {
  readonly subject: string;
  readonly to: number;
  /** The key of the last record that is dealt with. */
  readonly position: string;
}

/** Keeps the last checkpoint. */
export interface CheckpointStore {
  read(): Promise<Checkpoint | undefined> | Checkpoint | undefined;
  write(checkpoint: Checkpoint): Promise<void> | void;
}

/** A checkpoint in a file, which is replaced as a whole and flushed to the disk each time. */
export function fileCheckpoint(path: string): CheckpointStore {
  return {
    read: async () => {
      const text = await readIfThere(path);
      return text === undefined ? undefined : parseCheckpoint(text, path);
    },
    write: (checkpoint) => writeDurably(path, `${JSON.stringify(checkpoint)}\n`, (written) => rename(written, path)),
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseCheckpoint(text: string, where: string): Checkpoint {
  try {
    const value: unknown = JSON.parse(text);
    if (isCheckpoint(value)) return value;
  } catch (cause) {
    throw new SchemaErrors.CHECKPOINT_UNREADABLE({ where }, { cause });
  }
  throw new SchemaErrors.CHECKPOINT_UNREADABLE({ where });
}

/** @throws CHECKPOINT_UNREADABLE, CHECKPOINT_MISMATCH */
export function checkCheckpoint(found: Checkpoint, { subject, to }: { subject: string; to: number }): void {
  if (!isCheckpoint(found)) throw new SchemaErrors.CHECKPOINT_UNREADABLE({ where: 'of the store' });
  if (found.subject === subject && found.to === to) return;
  throw new SchemaErrors.CHECKPOINT_MISMATCH({ found: found.subject, foundTo: found.to, subject, to });
}

function isCheckpoint(value: unknown): value is Checkpoint {
  if (typeof value !== 'object' || value === null) return false;
  const { subject, position, to, read, migrated, current, dead } = value as Partial<Checkpoint>;
  const isText = typeof subject === 'string' && typeof position === 'string';
  return isText && [to, read, migrated, current, dead].every((number) => Number.isSafeInteger(number));
}
