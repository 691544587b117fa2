import type { ExpressionBuilder, Kysely, Transaction } from 'kysely';
import { answering } from '../../storage/database.ts';
import { lock } from '../../storage/locks.ts';
import { runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { ProjectRole, Visibility } from '../../storage/rights-schema.ts';
import type { Tables } from '../../storage/schema.ts';
import { mayShare, type ProjectAccess, type Reader } from './rights.ts';

export interface ProjectMember {
  readonly account: string;
  readonly role: ProjectRole;
}

export interface MemberChange {
  readonly accountId: number;
  /** Undefined for one that is to go. */
  readonly role: ProjectRole | undefined;
  readonly at: string;
}

/** Who changes something. That they may is asked in the transaction of the change: a right that was taken meanwhile is none. */
export type Changing = NonNullable<Reader>;

/** What rights need of a database. */
export interface AccessStore {
  /** Undefined when there is no such project. */
  find(project: string, accountId: number | undefined): Promise<ProjectAccess | undefined>;
  members(project: string): Promise<readonly ProjectMember[]>;
  /** The members of a project among these accounts. */
  rolesOf(project: string, accountIds: readonly number[]): Promise<ReadonlyMap<number, ProjectRole>>;
  /** 'not owned' when whoever changes it does not own it. */
  setVisibility(project: string, visibility: Visibility, by: Changing): Promise<'done' | 'not owned'>;
  /** 'no owner' when the last owner would be gone. */
  setMember(project: string, change: MemberChange, by: Changing): Promise<'done' | 'no owner' | 'not owned'>;
}

/** The rights in SQL. */
export function createAccessStore(db: Kysely<Tables>, { reads, writes }: StorePipelines): AccessStore {
  const read = <Result>(task: () => Promise<Result>) => runThrough(reads, () => answering(task));
  const changing = <Result>(project: string, by: Changing, change: (open: Transaction<Tables>) => Promise<Result>) =>
    runThrough(writes, () =>
      answering(() =>
        db.transaction().execute(async (open) => {
          await lock(open, `project ${project}`);
          const access = await findAccess(open, project, by.id);
          return access !== undefined && mayShare(access, by) ? change(open) : ('not owned' as const);
        }),
      ),
    );
  return {
    find: (project, accountId) => read(() => findAccess(db, project, accountId)),
    members: (project) =>
      read(() =>
        db
          .selectFrom('project_members')
          .innerJoin('projects', 'projects.id', 'project_members.project_id')
          .innerJoin('accounts', 'accounts.id', 'project_members.account_id')
          .select(['accounts.name as account', 'project_members.role'])
          .where('projects.name', '=', project)
          .orderBy('accounts.name')
          .execute(),
      ),
    rolesOf: (project, accountIds) =>
      read(async () => {
        if (accountIds.length === 0) return new Map();
        const rows = await db
          .selectFrom('project_members')
          .innerJoin('projects', 'projects.id', 'project_members.project_id')
          .select(['project_members.account_id as id', 'project_members.role'])
          .where('projects.name', '=', project)
          .where('project_members.account_id', 'in', accountIds)
          .execute();
        return new Map(rows.map(({ id, role }) => [id, role]));
      }),
    setVisibility: (project, visibility, by) =>
      changing(project, by, (open) => setVisibility(open, project, visibility)),
    setMember: (project, change, by) => changing(project, by, (open) => setMember(open, project, change)),
  };
}

async function setVisibility(db: Transaction<Tables>, project: string, visibility: Visibility): Promise<'done'> {
  await db.updateTable('projects').set({ visibility }).where('name', '=', project).execute();
  return 'done';
}

export async function findAccess(
  db: Kysely<Tables>,
  project: string,
  accountId: number | undefined,
): Promise<ProjectAccess | undefined> {
  const row = await db
    .selectFrom('projects')
    .select((projects) => ['projects.visibility', roleOf(projects, accountId ?? none), ownersOf(projects)])
    .where('projects.name', '=', project)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { visibility, role, owners } = row;
  return { visibility, role: role ?? undefined, hasOwner: (owners ?? 0) > 0 };
}

/** No account has this number. */
const none = 0;

function roleOf(projects: ExpressionBuilder<Tables, 'projects'>, accountId: number) {
  return projects
    .selectFrom('project_members')
    .select('project_members.role')
    .whereRef('project_members.project_id', '=', 'projects.id')
    .where('project_members.account_id', '=', accountId)
    .as('role');
}

function ownersOf(projects: ExpressionBuilder<Tables, 'projects'>) {
  return projects
    .selectFrom('project_members')
    .select((members) => members.fn.countAll<number>().as('count'))
    .whereRef('project_members.project_id', '=', 'projects.id')
    .where('project_members.role', '=', 'owner')
    .as('owners');
}

async function setMember(
  db: Transaction<Tables>,
  project: string,
  { accountId, role, at }: MemberChange,
): Promise<'done' | 'no owner'> {
  const { id: projectId } = await db
    .selectFrom('projects')
    .select('id')
    .where('name', '=', project)
    .executeTakeFirstOrThrow();
  const others = await db
    .selectFrom('project_members')
    .select('account_id')
    .where('project_id', '=', projectId)
    .where('account_id', '<>', accountId)
    .where('role', '=', 'owner')
    .executeTakeFirst();
  const { role: before } = (await findAccess(db, project, accountId)) ?? {};
  if (before === 'owner' && role !== 'owner' && others === undefined) return 'no owner';
  if (role === undefined) {
    await db
      .deleteFrom('project_members')
      .where('project_id', '=', projectId)
      .where('account_id', '=', accountId)
      .execute();
    return 'done';
  }
  await addMember(db, { projectId, accountId, role, at });
  return 'done';
}

export async function addMember(
  db: Transaction<Tables>,
  { projectId, accountId, role, at }: MemberChange & { readonly projectId: number; readonly role: ProjectRole },
): Promise<void> {
  await db
    .insertInto('project_members')
    .values({ project_id: projectId, account_id: accountId, role, added_at: at })
    .onConflict((conflict) => conflict.columns(['project_id', 'account_id']).doUpdateSet({ role }))
    .execute();
}
