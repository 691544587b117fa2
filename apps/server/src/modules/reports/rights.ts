// Who may see, send and share the reports of a project. It is told here, and nowhere else: for pages, for programs, for listeners.
// (1) A project that somebody may not see is for them as one that is not there: in lists, in counts and in answers.
// (2) Whoever sends the first report of a project with a token of an account owns it. Who sends with the push token owns nothing.
// (3) A project takes reports from its pushers and owners, from admins, and from whoever has the push token. Where there is no push
//     token, one that nobody owns takes them from anybody.
import { expressionBuilder, type Expression, type SqlBool } from 'kysely';
import type { ProjectRole, Visibility } from '../../storage/rights-schema.ts';
import type { Tables } from '../../storage/schema.ts';
import type { Account } from '../accounts/sessions.ts';

/** Who asks; undefined is somebody without an account. */
export type Reader = Pick<Account, 'id' | 'role'> | undefined;

/** Who sends: an account, whoever has the token that the settings name, or anybody where they name none. */
export type Sender = SendingAccount | 'push token' | 'anybody';

export interface SendingAccount extends Pick<Account, 'id' | 'name' | 'role'> {
  /** Whether anybody may send to what nobody owns: an account is not worth less than none. */
  readonly mayLikeAnybody: boolean;
}

/** What is to be known of a project about one account. */
export interface ProjectAccess {
  readonly visibility: Visibility;
  /** What the account is in it. */
  readonly role: ProjectRole | undefined;
  readonly hasOwner: boolean;
}

/** Each may do what the ones before it may. */
export const projectRoles: readonly ProjectRole[] = ['reader', 'pusher', 'owner'];

export const visibilities: readonly Visibility[] = ['public', 'internal', 'private'];

export function mayRead({ visibility, role }: Pick<ProjectAccess, 'visibility' | 'role'>, reader: Reader): boolean {
  if (visibility === 'public') return true;
  if (reader === undefined) return false;
  return visibility === 'internal' || role !== undefined || reader.role === 'admin';
}

/** The same, to be asked by the database of a row of `projects`; `test/reports/rights.test.ts` compares the two. */
export function readableBy(reader: Reader): Expression<SqlBool> {
  const projects = expressionBuilder<Tables, 'projects'>();
  const isPublic = projects('projects.visibility', '=', 'public');
  if (reader === undefined) return isPublic;
  if (reader.role === 'admin') return projects('projects.visibility', 'is not', null);
  const isMember = projects.exists(
    projects
      .selectFrom('project_members')
      .select('project_members.account_id')
      .whereRef('project_members.project_id', '=', 'projects.id')
      .where('project_members.account_id', '=', reader.id),
  );
  return projects.or([isPublic, projects('projects.visibility', '=', 'internal'), isMember]);
}

/** @param project Undefined for one that is not there yet. */
export function maySend(project: Omit<ProjectAccess, 'visibility'> | undefined, sender: Sender): boolean {
  if (sender === 'push token' || project === undefined) return true;
  const isForAnybody = !project.hasOwner;
  if (sender === 'anybody') return isForAnybody;
  if (sender.mayLikeAnybody && isForAnybody) return true;
  return sender.role === 'admin' || project.role === 'pusher' || project.role === 'owner';
}

/** Who says who may see and send. */
export function mayShare({ role }: Pick<ProjectAccess, 'role'>, reader: Reader): boolean {
  return reader !== undefined && (role === 'owner' || reader.role === 'admin');
}
