import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createApi, type AnyOperation, type Api } from '../../http/operations.ts';
import { checkLimit, type RequestLimits } from '../../limits/requests.ts';
import type { Accounts } from '../accounts/service.ts';
import type { Account } from '../accounts/sessions.ts';
import { askingForCodes, codeOf, tokenOf } from '../registry/requests.ts';
import type { FactorCheck } from '../second-factor/service.ts';
import type { Places } from './places.ts';
import { resetPath } from './reset-routes.ts';

export interface AccountApiOptions {
  readonly accounts: Accounts;
  readonly limits: RequestLimits;
  readonly factors: FactorCheck;
  readonly places: Places;
}

const account = z.object({ name: z.string().min(1).max(64) });
const password = z.string().max(1_000);
const passwordChange = z.object({
  oldPassword: password,
  newPassword: password,
  revokeTokens: z
    .boolean()
    .default(true)
    .describe('Whether all tokens of the account are revoked, that of this request too.'),
});
const reset = z.object({
  account: z.string(),
  code: z.string().describe('Good once.'),
  url: z.string().describe('The page where the password is set.'),
  expiresAt: z.iso.datetime(),
});
const state = z.object({
  state: z.enum(['enabled', 'disabled']).describe('Nothing of a disabled account signs in; its packages stay.'),
});

const common = { tag: 'Accounts', by: 'account' } as const;
const ofAdmins = ['ROLE_NEEDED', 'TOKEN_ONLY_READS', 'ACCOUNT_UNKNOWN'] as const;

/** What people change of their account by programs, and admins of those of others. Answers with what it serves. */
export function accountApi(
  app: FastifyInstance,
  { accounts, limits, places, factors }: AccountApiOptions,
): AnyOperation[] {
  const api = createApi(app, (request) => checkLimit(limits, request));
  const found = (request: FastifyRequest): Promise<Account> => accounts.authenticate(tokenOf(request), request.ip);
  const by = askingForCodes(factors, found);
  api.add(
    {
      ...common,
      method: 'PUT',
      path: '/api/v1/account/password',
      id: 'changePassword',
      summary: 'Changes the own password. Every browser is signed out.',
      body: passwordChange,
      errors: [
        'PASSWORD_WRONG',
        'PASSWORD_REFUSED',
        'PASSWORD_ELSEWHERE',
        'TOO_MANY_LOGINS',
        'TOKEN_ONLY_READS',
        'SECOND_FACTOR_NEEDED',
        'SECOND_FACTOR_WRONG',
      ],
    },
    async ({ body: { oldPassword: old, newPassword: wanted, revokeTokens: revokesTokens }, request }) => {
      const account = await found(request);
      // Of everybody who has an authenticator, whatever else they want it for.
      await factors.expect(account, { code: codeOf(request), address: request.ip });
      return accounts.changePassword(account, { old, wanted, revokesTokens }, request.ip);
    },
  );
  adminOperations(api, accounts, { by, places });
  return [...api.operations];
}

interface AdminParts {
  readonly by: (request: FastifyRequest) => Promise<Account>;
  readonly places: Places;
}

function adminOperations(api: Api, accounts: Accounts, { by, places }: AdminParts): void {
  api.add(
    {
      ...common,
      method: 'POST',
      path: '/api/v1/accounts/{name}/password-reset',
      id: 'createPasswordReset',
      summary: 'A code, good once and for a day, with which somebody who has forgotten the password sets a new one.',
      params: account,
      answer: reset,
      status: 201,
      errors: [...ofAdmins, 'ACCOUNT_DISABLED', 'PASSWORD_ELSEWHERE'],
    },
    async ({ params, request }) => {
      const made = await accounts.createReset(await by(request), params.name, request.ip);
      return { ...made, url: `${places.originOf(request)}${resetPath}?code=${made.code}` };
    },
  );
  api.add(
    {
      ...common,
      method: 'PUT',
      path: '/api/v1/accounts/{name}/state',
      id: 'setAccountState',
      summary: 'Disables an account, whose tokens and browsers are refused at once, or enables it again.',
      params: account,
      body: state,
      errors: [...ofAdmins, 'ACCOUNT_STAYS', 'LAST_ADMIN'],
    },
    async ({ params, body, request }) =>
      accounts.setDisabled(await by(request), params.name, body.state === 'disabled', request.ip),
  );
}
