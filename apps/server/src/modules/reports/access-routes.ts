import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { createApi, type AnyOperation } from '../../http/operations.ts';
import { checkLimit, type RequestLimits } from '../../limits/requests.ts';
import type { ProjectRights } from './access.ts';
import type { Askers } from './askers.ts';
import { projectParams } from './operations.ts';
import { projectRoles, visibilities } from './rights.ts';

export interface AccessRoutesOptions {
  readonly rights: ProjectRights;
  readonly askers: Pick<Askers, 'owner'>;
  readonly limits: RequestLimits;
}

const role = z.enum(projectRoles).describe('A pusher reads too, and an owner shares.');
const visibility = z
  .enum(visibilities)
  .describe('Who sees its reports: everybody, every account, or its members and admins.');
const member = projectParams.extend({ account: z.string().min(1).max(64) });

const common = { tag: 'Reports', by: 'account' } as const;
const errors = ['PROJECT_UNKNOWN', 'PROJECT_NOT_OWNED', 'TOKEN_FOR_REPORTS'] as const;

/** Who may see and send the reports of a project, for its owners and admins. Answers with what it serves. */
export function accessRoutes(app: FastifyInstance, { rights, askers, limits }: AccessRoutesOptions): AnyOperation[] {
  const api = createApi(app, (request) => checkLimit(limits, request));
  api.add(
    {
      ...common,
      method: 'GET',
      path: '/api/v1/projects/{name}/access',
      id: 'getProjectAccess',
      summary: 'Who may see and send the reports of a project, for its owners and admins.',
      params: projectParams,
      answer: z.object({ visibility, members: z.array(z.object({ account: z.string(), role })) }),
      errors,
    },
    async ({ params, request }) => rights.of(params.name, await askers.owner(request)),
  );
  api.add(
    {
      ...common,
      method: 'PUT',
      path: '/api/v1/projects/{name}/visibility',
      id: 'setProjectVisibility',
      summary: 'Says who sees the reports of a project.',
      params: projectParams,
      body: z.object({ visibility }),
      errors: [...errors, 'TOKEN_ONLY_READS'],
    },
    async ({ params, body, request }) =>
      rights.setVisibility(params.name, body.visibility, await askers.owner(request)),
  );
  const ofMembers = [...errors, 'ACCOUNT_UNKNOWN', 'LAST_OWNER', 'TOKEN_ONLY_READS'] as const;
  api.add(
    {
      ...common,
      method: 'PUT',
      path: '/api/v1/projects/{name}/members/{account}',
      id: 'setProjectMember',
      summary: 'Adds a member to a project, or changes its role.',
      params: member,
      body: z.object({ role }),
      errors: ofMembers,
    },
    async ({ params, body, request }) =>
      rights.setMember(params.name, params.account, body.role, await askers.owner(request)),
  );
  api.add(
    {
      ...common,
      method: 'DELETE',
      path: '/api/v1/projects/{name}/members/{account}',
      id: 'removeProjectMember',
      summary: 'Removes a member of a project.',
      params: member,
      errors: ofMembers,
    },
    async ({ params, request }) =>
      rights.setMember(params.name, params.account, undefined, await askers.owner(request)),
  );
  return [...api.operations];
}
