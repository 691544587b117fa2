import type { CompatibilityLevel, RegistryMode } from './levels.ts';

/** One thing that happened to the served schemas. */
export type Change =
  | {
      readonly kind: 'registered';
      readonly subject: string;
      readonly version: number;
      readonly id: number;
      readonly schema: string;
    }
  | {
      readonly kind: 'version-deleted';
      readonly subject: string;
      readonly version: number;
      readonly isPermanent: boolean;
    }
  | { readonly kind: 'subject-deleted'; readonly subject: string; readonly isPermanent: boolean }
  | { readonly kind: 'level-set'; readonly subject: string | null; readonly level: CompatibilityLevel | null }
  | { readonly kind: 'mode-set'; readonly subject: string | null; readonly mode: RegistryMode | null };

/** A change at its place in the log. */
export interface LogEntry {
  /** 1 for the first, without gaps. */
  readonly offset: number;
  readonly change: Change;
}

/** Where served schemas are kept: a list that only grows, shared by any number of servers. */
export interface SchemaLog {
  /** The entries after an offset, in order; 0 for all. */
  read(after: number): Promise<readonly LogEntry[]> | readonly LogEntry[];
  /** Keeps an entry for good, and answers true; false, and nothing is kept, when there is one of that offset. */
  append(entry: LogEntry): Promise<boolean> | boolean;
}

/** Keeps served schemas in memory. */
export function memoryLog(): SchemaLog {
  const entries: LogEntry[] = [];
  return {
    read: (after) => entries.slice(after),
    append(entry) {
      if (entry.offset !== entries.length + 1) return false;
      entries.push(entry);
      return true;
    },
  };
}
