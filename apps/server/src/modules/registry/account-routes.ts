import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ServerErrors } from '../../errors.ts';
import type { Accounts } from '../accounts/service.ts';
import type { StoredToken } from '../accounts/store.ts';
import type { SecondFactors } from '../second-factor/service.ts';
import { profileRoutes } from './profile-routes.ts';
import { codeOf, parseBody as parse, readJson, type Callers } from './requests.ts';

const userPrefix = 'org.couchdb.user:';

const credentials = z.object({
  name: z.string().max(100),
  password: z.string().max(1_000),
  email: z.string().max(300).optional(),
});

const newToken = z.object({
  password: z.string().max(1_000),
  name: z.string().max(100).default(''),
  readonly: z.boolean().default(false),
  expires: z.number().int().positive().optional(),
  cidr_whitelist: z.array(z.string().max(64)).max(50).default([]),
  packages_and_scopes_permission: z.string().optional(),
});

/** What npm can ask of a token and this server cannot keep: a token must never be good for more than was asked. */
const unsupported = ['packages', 'scopes', 'orgs', 'orgs_permission'];

/** Accounts and tokens, as npm asks for them. */
export function accountRoutes(
  app: FastifyInstance,
  {
    accounts,
    callers,
    factors,
  }: { readonly accounts: Accounts; readonly callers: Callers; readonly factors?: SecondFactors | undefined },
): void {
  app.get('/-/whoami', async (request) => ({ username: (await callers.account(request)).name }));

  profileRoutes(app, { accounts, callers, factors });

  app.put<{ Params: { id: string } }>('/-/user/:id', async (request, reply) => {
    const { name, password, email } = parse(credentials, await readJson(request));
    if (request.params.id !== `${userPrefix}${name}`) {
      throw new ServerErrors.BAD_REQUEST({ reason: 'its body has another name than its address' });
    }
    const given = { name, password, email: email === '' ? undefined : email, code: codeOf(request) };
    const { token } = await accounts.login(given, request.ip);
    return reply.code(201).send({ ok: true, id: request.params.id, token });
  });

  app.get<{ Params: { id: string } }>('/-/user/:id', async (request) => {
    const asker = await callers.account(request);
    const { name, email } = await accounts.find(request.params.id.replace(userPrefix, ''));
    const mayKnow = asker.name === name || asker.role === 'admin';
    return { _id: `${userPrefix}${name}`, name, ...(mayKnow && { email }), type: 'user', roles: [] };
  });

  app.delete<{ Params: { token: string } }>('/-/user/token/:token', async (request) => {
    await accounts.revoke(await callers.account(request), request.params.token);
    return { ok: true };
  });

  tokenRoutes(app, accounts, callers);
}

function tokenRoutes(app: FastifyInstance, accounts: Accounts, callers: Callers): void {
  app.get('/-/npm/v1/tokens', async (request) => {
    const tokens = await accounts.tokens(await callers.account(request));
    return { objects: tokens.map(shownToken), total: tokens.length, urls: {} };
  });

  app.post('/-/npm/v1/tokens', async (request) => {
    const account = await callers.account(request);
    const body = await readJson(request);
    const wanted = parse(newToken, body);
    const refused = unsupported.find((name) => Object.hasOwn(body as object, name));
    if (refused !== undefined) {
      throw new ServerErrors.TOKEN_REFUSED({
        reason: `${refused} cannot be set: a token is good for all of your packages`,
      });
    }
    const scope = wanted.readonly || isReadOnly(wanted.packages_and_scopes_permission) ? 'read' : 'publish';
    const asked = { name: wanted.name, scope, cidr: wanted.cidr_whitelist, days: wanted.expires } as const;
    const proof = { password: wanted.password, code: codeOf(request) };
    const issued = await accounts.createToken(account, proof, asked, request.ip);
    return { ...shownToken(issued), token: issued.token };
  });

  app.delete<{ Params: { key: string } }>('/-/npm/v1/tokens/token/:key', async (request) => {
    await accounts.revoke(await callers.account(request), request.params.key);
    return { ok: true };
  });
}

/** npm writes it `read-only`; what is not known is not read as a right to publish. */
function isReadOnly(permission: string | undefined): boolean {
  return permission !== undefined && permission !== 'read-write';
}

function shownToken({ key, prefix, name, scope, cidr, createdAt, expiresAt }: StoredToken) {
  const networks = cidr.length === 0 ? null : cidr;
  const readonly = scope === 'read';
  return { key, token: prefix, name, readonly, cidr_whitelist: networks, created: createdAt, expires: expiresAt };
}
