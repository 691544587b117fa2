import { ServerErrors } from '../../errors.ts';
import type { ProjectRole, Visibility } from '../../storage/rights-schema.ts';
import { requireRight } from '../accounts/roles.ts';
import type { Accounts, AuditTrail } from '../accounts/service.ts';
import type { Account } from '../accounts/sessions.ts';
import type { AccessStore, ProjectMember } from './access-store.ts';
import { mayRead, mayShare, type Reader } from './rights.ts';

export interface ProjectSharing {
  readonly visibility: Visibility;
  readonly members: readonly ProjectMember[];
}

/** Who may see and send the reports of projects, as owners and admins change it. */
export interface ProjectRights {
  /** Whether somebody may change it. */
  mayShare(project: string, reader: Reader): Promise<boolean>;
  /** @throws PROJECT_UNKNOWN, PROJECT_NOT_OWNED */
  of(project: string, by: Account): Promise<ProjectSharing>;
  /** @throws PROJECT_UNKNOWN, PROJECT_NOT_OWNED, TOKEN_ONLY_READS */
  setVisibility(project: string, visibility: Visibility, by: Account): Promise<void>;
  /** Without a role the member goes. @throws PROJECT_UNKNOWN, PROJECT_NOT_OWNED, ACCOUNT_UNKNOWN, LAST_OWNER, TOKEN_ONLY_READS */
  setMember(project: string, name: string, role: ProjectRole | undefined, by: Account): Promise<void>;
}

export interface ProjectRightsOptions {
  readonly store: AccessStore;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly audit: AuditTrail;
  readonly now?: () => Date;
}

export function createProjectRights(options: ProjectRightsOptions): ProjectRights {
  const { store, accounts, audit, now = () => new Date() } = options;
  const expectOwner = async (project: string, by: Account): Promise<Visibility> => {
    const access = await store.find(project, by.id);
    if (access === undefined || !mayRead(access, by)) throw new ServerErrors.PROJECT_UNKNOWN({ name: project });
    if (!mayShare(access, by)) throw new ServerErrors.PROJECT_NOT_OWNED({ account: by.name, name: project });
    return access.visibility;
  };
  return {
    async mayShare(project, reader) {
      const access = reader && (await store.find(project, reader.id));
      return access !== undefined && mayShare(access, reader);
    },
    async of(project, by) {
      const visibility = await expectOwner(project, by);
      return { visibility, members: await store.members(project) };
    },
    async setVisibility(project, visibility, by) {
      requireRight(by, 'participate');
      const before = await expectOwner(project, by);
      const outcome = await store.setVisibility(project, visibility, by);
      if (outcome === 'not owned') throw new ServerErrors.PROJECT_NOT_OWNED({ account: by.name, name: project });
      await audit.record('project visibility set', { account: by.name, project, from: before, visibility });
    },
    async setMember(project, name, role, by) {
      requireRight(by, 'participate');
      await expectOwner(project, by);
      const { id: accountId } = await accounts.find(name);
      const outcome = await store.setMember(project, { accountId, role, at: now().toISOString() }, by);
      if (outcome === 'not owned') throw new ServerErrors.PROJECT_NOT_OWNED({ account: by.name, name: project });
      if (outcome === 'no owner') throw new ServerErrors.LAST_OWNER({ name: project });
      await audit.record('project member set', { account: by.name, project, member: name, role: role ?? 'none' });
    },
  };
}
