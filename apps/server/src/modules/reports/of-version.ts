import type { ReportStore } from './store.ts';

/** What a report says of a version, in short. */
export interface ReportOfVersion {
  readonly id: string;
  readonly errors: number;
  readonly overall: number | null;
}

/** How far back a report of a version is looked for. */
const newest = 20;

/**
 * Finds the newest report of a project that says that it is of this version, of those that everybody may see: whoever sees what is
 * made of it may be anybody.
 */
export function findReportIn(
  store: Pick<ReportStore, 'history' | 'body'>,
): (project: string, version: string) => Promise<ReportOfVersion | undefined> {
  return async (project, version) => {
    for (const { id, errors, overall } of await store.history(project, newest, undefined)) {
      const found = await store.body(id, undefined);
      const report = found && (JSON.parse(found.body) as { readonly project?: { readonly version?: unknown } });
      if (report?.project?.version === version) return { id, errors, overall };
    }
    return undefined;
  };
}
