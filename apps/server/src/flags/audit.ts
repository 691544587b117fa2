import type { Flags } from '@seaworthy/flags';

/** What writes the record: the audit log of the logger. */
export interface FlagsAuditLog {
  record(action: string, fields: object): Promise<unknown>;
  close(): Promise<unknown>;
}

/** Writes each change of the flags, the first ones among them: who, which version, from where, and what was before and after. */
export function auditFlags(flags: Flags, log: FlagsAuditLog, onFailure: (error: unknown) => void): AsyncDisposable {
  const pending = new Set<Promise<void>>();
  const record = async (version: number): Promise<void> => {
    const entry = flags.history().find((each) => each.version === version);
    if (entry === undefined) return;
    const { at, cause, source, by = 'unknown', sourceVersion, added, removed, changed } = entry;
    const fields = { by, version, sourceVersion, source, cause, at, added, removed, changed };
    try {
      await log.record('flags changed', { ...fields, diff: flags.diff(version) });
    } catch (error) {
      onFailure(error);
    }
  };
  const write = (version: number): void => {
    const writing = record(version);
    pending.add(writing);
    void writing.finally(() => pending.delete(writing));
  };
  for (const { version } of flags.history()) write(version);
  const undo = flags.on('change', ({ version }) => write(version));
  return {
    async [Symbol.asyncDispose]() {
      undo();
      await Promise.all(pending);
      await log.close();
    },
  };
}
