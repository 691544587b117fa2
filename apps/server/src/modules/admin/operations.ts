import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createApi, type AnyOperation, type Api } from '../../http/operations.ts';
import { checkLimit, type RequestLimits } from '../../limits/requests.ts';
import type { Accounts } from '../accounts/service.ts';
import type { Account } from '../accounts/sessions.ts';
import { askingForCodes, tokenOf } from '../registry/requests.ts';
import type { SecondFactors } from '../second-factor/service.ts';
import * as schemas from './schemas.ts';
import type { Administration } from './service.ts';

export interface AdminApiOptions {
  readonly administration: Administration;
  readonly accounts: Accounts;
  readonly limits: RequestLimits;
  readonly factors: SecondFactors;
}

const common = { tag: 'Administration', by: 'account' } as const;

/** What admins ask by programs. Answers with what it serves. */
export function adminApi(app: FastifyInstance, options: AdminApiOptions): readonly AnyOperation[] {
  const { administration, accounts, limits, factors } = options;
  const api = createApi(app, (request) => checkLimit(limits, request));
  const by = askingForCodes(factors, (request) => accounts.authenticate(tokenOf(request), request.ip));
  api.add(
    {
      ...common,
      method: 'GET',
      path: '/api/v1/accounts',
      id: 'listAccounts',
      summary: 'Accounts by name, as an admin.',
      query: schemas.accountQuery,
      answer: schemas.accounts,
      errors: ['ROLE_NEEDED'],
    },
    async ({ query, request }) => {
      const { total, found } = await administration.accounts(await by(request), query);
      const shown = found.map(({ id: _id, isFlagAdmin: flagAdmin, ...account }) => ({ ...account, flagAdmin }));
      return { total, accounts: shown };
    },
  );
  api.add(
    {
      ...common,
      method: 'DELETE',
      path: '/api/v1/accounts/{name}/sign-ins',
      id: 'endSignIns',
      summary: 'Signs somebody out of all browsers and revokes all their tokens, as an admin.',
      params: schemas.named,
      answer: schemas.ended,
      errors: ['ROLE_NEEDED', 'TOKEN_ONLY_READS', 'ACCOUNT_UNKNOWN'],
    },
    async ({ params, request }) => accounts.endSignIns(await by(request), params.name, request.ip),
  );
  api.add(
    {
      ...common,
      method: 'DELETE',
      path: '/api/v1/accounts/{name}/second-factor',
      id: 'resetSecondFactor',
      summary: 'Turns off the second factor of somebody who has lost it, as an admin.',
      params: schemas.named,
      errors: ['ROLE_NEEDED', 'TOKEN_ONLY_READS', 'ACCOUNT_UNKNOWN', 'SECOND_FACTOR_STAYS'],
    },
    async ({ params, request }) => factors.reset(await by(request), params.name, request.ip),
  );
  otherOperations(api, administration, by);
  return [...api.operations];
}

function otherOperations(
  api: Api,
  administration: Administration,
  by: (request: FastifyRequest) => Promise<Account>,
): void {
  api.add(
    {
      ...common,
      method: 'GET',
      path: '/api/v1/ownerless',
      id: 'listOwnerless',
      summary: 'Projects and packages without an owner who may sign in, as an admin; 200 of each.',
      answer: schemas.ownerless,
      errors: ['ROLE_NEEDED'],
    },
    async ({ request }) => administration.ownerless(await by(request)),
  );
  api.add(
    {
      ...common,
      method: 'GET',
      path: '/api/v1/audit',
      id: 'listAudit',
      summary: 'Entries of the audit log of the server that answers, as an admin.',
      query: schemas.auditQuery,
      answer: schemas.audit,
      errors: ['ROLE_NEEDED', 'AUDIT_UNREADABLE'],
    },
    async ({ query, request }) => administration.audit(await by(request), query),
  );
  api.add(
    {
      ...common,
      method: 'GET',
      path: '/api/v1/audit/verification',
      id: 'verifyAudit',
      summary: 'Checks every entry of the audit log of the server that answers, as an admin.',
      answer: schemas.verification,
      errors: ['ROLE_NEEDED', 'AUDIT_UNREADABLE'],
    },
    async ({ request }) => {
      const { isValid, entries, firstBad = null } = await administration.verifyAudit(await by(request));
      return { isValid, entries, firstBad };
    },
  );
  api.add(
    {
      ...common,
      method: 'GET',
      path: '/api/v1/server',
      id: 'getServer',
      summary: 'Versions, where things are kept, and background jobs of the server that answers, as an admin.',
      answer: schemas.server,
      errors: ['ROLE_NEEDED'],
    },
    async ({ request }) => administration.server(await by(request)),
  );
}
