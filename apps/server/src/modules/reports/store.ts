import type { Kysely, Transaction } from 'kysely';
import { answering } from '../../storage/database.ts';
import { lock } from '../../storage/locks.ts';
import type { Visibility } from '../../storage/rights-schema.ts';
import type { Tables } from '../../storage/schema.ts';
import { addMember, findAccess } from './access-store.ts';
import { maySend, readableBy, type Reader, type Sender } from './rights.ts';

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
  add(report: NewReport, sender: Sender): Promise<AddedReport | 'not allowed'>;
  /** Those that the reader may see. */
  projects(reader: Reader): Promise<readonly ProjectSummary[]>;
  /** Newest first; empty for a project that the reader may not see. */
  history(project: string, limit: number, reader: Reader): Promise<readonly StoredReport[]>;
  /** What is known of a report, without its bytes, whoever may see it: that is for who asks to tell. */
  find(id: string): Promise<FoundReport | undefined>;
  body(id: string, reader: Reader): Promise<{ readonly report: StoredReport; readonly body: string } | undefined>;
}

export interface AddedReport {
  readonly id: string;
  readonly created: boolean;
  /** Whether the project is new, and its sender's. */
  readonly isOwned?: boolean;
}

/** A report, and to whom its project is shown. */
export interface FoundReport {
  readonly report: StoredReport;
  readonly visibility: Visibility;
}

export interface ReportStoreOptions {
  /** Of projects that are new. @default 'public' */
  readonly visibility?: Visibility;
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
export function createReportStore(db: Kysely<Tables>, { visibility = 'public' }: ReportStoreOptions = {}): ReportStore {
  const joined = () => db.selectFrom('reports').innerJoin('projects', 'projects.id', 'reports.project_id');
  return {
    add: (report, sender) =>
      answering(() => db.transaction().execute((open) => add(open, report, { sender, visibility }))),
    projects: (reader) =>
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
          .where(readableBy(reader))
          .orderBy('projects.name')
          .execute();
        return latest.map(({ count, ...report }) => ({ name: report.project, reports: count ?? 0, latest: report }));
      }),
    history: (project, limit, reader) =>
      answering(() =>
        joined()
          .select(columns)
          .where('projects.name', '=', project)
          .where(readableBy(reader))
          .orderBy('sequence', 'desc')
          .limit(limit)
          .execute(),
      ),
    find: (id) =>
      answering(async () => {
        const row = await joined()
          .select(columns)
          .select('projects.visibility')
          .where('reports.id', '=', id)
          .executeTakeFirst();
        if (row === undefined) return undefined;
        const { visibility: shownTo, ...report } = row;
        return { report, visibility: shownTo };
      }),
    body: (id, reader) =>
      answering(async () => {
        const row = await joined()
          .select(columns)
          .select('reports.body')
          .where('reports.id', '=', id)
          .where(readableBy(reader))
          .executeTakeFirst();
        if (row === undefined) return undefined;
        const { body, ...report } = row;
        return { report, body };
      }),
  };
}

interface Sent {
  readonly sender: Sender;
  /** Of a project that is new. */
  readonly visibility: Visibility;
}

async function add(
  db: Transaction<Tables>,
  report: NewReport,
  { sender, visibility }: Sent,
): Promise<AddedReport | 'not allowed'> {
  await lock(db, `project ${report.project}`);
  const accountId = typeof sender === 'string' ? undefined : sender.id;
  const access = await findAccess(db, report.project, accountId);
  if (!maySend(access, sender)) return 'not allowed';
  if (access === undefined) await addProject(db, report, { visibility, owner: accountId });
  const { id: projectId } = await db
    .selectFrom('projects')
    .select('id')
    .where('name', '=', report.project)
    .executeTakeFirstOrThrow();
  const newest = await db
    .selectFrom('reports')
    .select(['id', 'digest'])
    .where('project_id', '=', projectId)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (newest?.digest === report.digest) return { id: newest.id, created: false };
  await db.insertInto('reports').values(toRow(report, projectId)).execute();
  return { id: report.id, created: true, ...(access === undefined && accountId !== undefined && { isOwned: true }) };
}

interface NewProject {
  readonly visibility: Visibility;
  readonly owner: number | undefined;
}

async function addProject(
  db: Transaction<Tables>,
  { project: name, receivedAt: at }: NewReport,
  { visibility, owner }: NewProject,
): Promise<void> {
  const { id: projectId } = await db
    .insertInto('projects')
    .values({ name, created_at: at, visibility })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (owner !== undefined) await addMember(db, { projectId, accountId: owner, role: 'owner', at });
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
