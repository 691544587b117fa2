import type { Kysely } from 'kysely';
import { answering } from '../../storage/database.ts';
import { lock } from '../../storage/locks.ts';
import type { Tables } from '../../storage/schema.ts';

export interface StoredReport {
  readonly id: string;
  readonly project: string;
  readonly receivedAt: string;
  readonly sentBy: string;
  readonly overall: number | null;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
}

export interface NewReport extends StoredReport {
  readonly digest: string;
  readonly body: string;
}

export interface ProjectSummary {
  readonly name: string;
  readonly reports: number;
  readonly latest: StoredReport;
}

/** What the reports module needs of a database. */
export interface ReportStore {
  /** Keeps the report, unless the newest one of its project has the same digest: then answers with that one. */
  add(report: NewReport): Promise<{ readonly id: string; readonly created: boolean }>;
  projects(): Promise<readonly ProjectSummary[]>;
  /** Newest first. */
  history(project: string, limit: number): Promise<readonly StoredReport[]>;
  /** What is known of a report, without its bytes. */
  find(id: string): Promise<StoredReport | undefined>;
  body(id: string): Promise<{ readonly report: StoredReport; readonly body: string } | undefined>;
}

const columns = [
  'reports.id',
  'projects.name as project',
  'reports.received_at as receivedAt',
  'reports.sent_by as sentBy',
  'reports.overall',
  'reports.errors',
  'reports.warnings',
  'reports.infos',
] as const;

/** The reports in SQL, in the dialect that every supported database shares. */
export function createReportStore(db: Kysely<Tables>): ReportStore {
  const joined = () => db.selectFrom('reports').innerJoin('projects', 'projects.id', 'reports.project_id');
  return {
    add: (report) => answering(() => add(db, report)),
    projects: () =>
      answering(async () => {
        const latest = await joined()
          .select(columns)
          .select((expression) =>
            expression
              .selectFrom('reports as all')
              .select((count) => count.fn.countAll<number>().as('count'))
              .whereRef('all.project_id', '=', 'reports.project_id')
              .as('count'),
          )
          .where('reports.sequence', 'in', (inner) =>
            inner
              .selectFrom('reports')
              .select((max) => max.fn.max('sequence').as('newest'))
              .groupBy('project_id'),
          )
          .orderBy('projects.name')
          .execute();
        return latest.map(({ count, ...report }) => ({ name: report.project, reports: count ?? 0, latest: report }));
      }),
    history: (project, limit) =>
      answering(() =>
        joined()
          .select(columns)
          .where('projects.name', '=', project)
          .orderBy('sequence', 'desc')
          .limit(limit)
          .execute(),
      ),
    find: (id) => answering(() => joined().select(columns).where('reports.id', '=', id).executeTakeFirst()),
    body: (id) =>
      answering(async () => {
        const row = await joined()
          .select(columns)
          .select('reports.body')
          .where('reports.id', '=', id)
          .executeTakeFirst();
        if (row === undefined) return undefined;
        const { body, ...report } = row;
        return { report, body };
      }),
  };
}

async function add(db: Kysely<Tables>, report: NewReport): Promise<{ id: string; created: boolean }> {
  return db.transaction().execute(async (transaction) => {
    await lock(transaction, `project ${report.project}`);
    await transaction
      .insertInto('projects')
      .values({ name: report.project, created_at: report.receivedAt })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    const { id: projectId } = await transaction
      .selectFrom('projects')
      .select('id')
      .where('name', '=', report.project)
      .executeTakeFirstOrThrow();
    const newest = await transaction
      .selectFrom('reports')
      .select(['id', 'digest'])
      .where('project_id', '=', projectId)
      .orderBy('sequence', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (newest?.digest === report.digest) return { id: newest.id, created: false };
    await transaction.insertInto('reports').values(toRow(report, projectId)).execute();
    return { id: report.id, created: true };
  });
}

function toRow(report: NewReport, projectId: number) {
  return {
    id: report.id,
    project_id: projectId,
    received_at: report.receivedAt,
    sent_by: report.sentBy,
    digest: report.digest,
    overall: report.overall,
    errors: report.errors,
    warnings: report.warnings,
    infos: report.infos,
    body: report.body,
  };
}
