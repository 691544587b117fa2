import type { AuditTrail } from './policy.ts';

/**
 * A log that cannot be changed unnoticed. `auditLog` of `@seaworthy/logger` is one: each entry has the hash of the one
 * before, and the promise resolves when the disk has it.
 */
export interface AuditSink {
  record(event: string, fields: object): Promise<unknown>;
}

/** Writes what a host loads and refuses into such a log, as `plugin.granted`, `plugin.refused` and so on. */
export function auditTo(sink: AuditSink): AuditTrail {
  return {
    record: ({ event, plugin, version, details }) => sink.record(`plugin.${event}`, { plugin, version, ...details }),
  };
}
