import { channel } from 'node:diagnostics_channel';

/** Data of an older or newer version was brought to another one, or the attempt failed. */
export interface DataMigrated {
  readonly subject: string;
  readonly from: number;
  readonly to: number;
  readonly durationMs: number;
  readonly outcome: 'ok' | 'error';
}

const migratedName = 'seaworthy:schema-registry:data-migrated';

/** The names of the diagnostics channels this package tells on. */
export const channels: readonly string[] = [migratedName];

const dataMigrated = channel(migratedName);

/** Runs a migration and tells how it went, when somebody listens. */
export function tellDataMigrated<T>(step: { subject: string; from: number; to: number }, run: () => T): T {
  if (!dataMigrated.hasSubscribers) return run();
  const startedAt = performance.now();
  let outcome: DataMigrated['outcome'] = 'error';
  try {
    const value = run();
    outcome = 'ok';
    return value;
  } finally {
    dataMigrated.publish({ ...step, durationMs: performance.now() - startedAt, outcome } satisfies DataMigrated);
  }
}
