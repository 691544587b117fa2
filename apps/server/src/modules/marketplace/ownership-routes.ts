import type { RouteParts } from './routes.ts';
import * as schemas from './schemas.ts';

/** Namespaces, publisher keys, and the roles of accounts. */
export function ownershipRoutes({ api, market: { namespaces }, accounts, callers }: RouteParts): void {
  api.add(
    {
      method: 'GET',
      path: '/api/v1/namespaces/{name}',
      id: 'getNamespace',
      summary: 'Who may publish new packages in a scope.',
      params: schemas.namespaceName,
      answer: schemas.namespace,
      errors: ['NAMESPACE_UNKNOWN'],
    },
    async ({ params, request }) => {
      await callers.reader(request);
      return { name: params.name, members: await namespaces.members(params.name) };
    },
  );
  api.add(
    {
      method: 'PUT',
      path: '/api/v1/namespaces/{name}',
      id: 'claimNamespace',
      by: 'account',
      summary: 'Claims a scope that nobody has, and in which nobody else has packages.',
      params: schemas.namespaceName,
      errors: ['NAMESPACE_TAKEN', 'ROLE_NEEDED', 'TOKEN_ONLY_READS'],
    },
    async ({ params, request }) => namespaces.claim(params.name, await callers.account(request)),
  );
  const member = '/api/v1/namespaces/{name}/members/{account}';
  const errors = ['NAMESPACE_UNKNOWN', 'NAMESPACE_TAKEN', 'ACCOUNT_UNKNOWN', 'LAST_OWNER', 'ROLE_NEEDED'] as const;
  api.add(
    {
      method: 'PUT',
      path: member,
      id: 'setNamespaceMember',
      by: 'account',
      summary: 'Adds a member to a namespace, or changes its role, as an owner of it.',
      params: schemas.namespaceMember,
      body: schemas.newMember,
      errors,
    },
    async ({ params, body, request }) =>
      namespaces.setMember(params.name, params.account, body.role, await callers.account(request)),
  );
  api.add(
    {
      method: 'DELETE',
      path: member,
      id: 'removeNamespaceMember',
      by: 'account',
      summary: 'Removes a member of a namespace, as an owner of it.',
      params: schemas.namespaceMember,
      errors,
    },
    async ({ params, request }) =>
      namespaces.setMember(params.name, params.account, undefined, await callers.account(request)),
  );
  keyRoutes({ api, namespaces, callers });
  roleRoutes({ api, accounts, callers });
  tokenRoutes({ api, accounts, callers });
}

function keyRoutes({
  api,
  namespaces,
  callers,
}: Pick<RouteParts, 'api' | 'callers'> & Pick<RouteParts['market'], 'namespaces'>): void {
  api.add(
    {
      method: 'GET',
      path: '/api/v1/keys',
      id: 'listKeys',
      by: 'account',
      summary: 'The own keys that plugins are signed with.',
      answer: schemas.publisherKeys,
    },
    async ({ request }) => ({ keys: await namespaces.keys(await callers.account(request)) }),
  );
  api.add(
    {
      method: 'POST',
      path: '/api/v1/keys',
      id: 'addKey',
      by: 'account',
      summary: 'Adds a key. Signatures by it count for packages that the account owns.',
      body: schemas.newKey,
      answer: schemas.publisherKey,
      status: 201,
      errors: ['ROLE_NEEDED', 'TOKEN_ONLY_READS'],
    },
    async ({ body, request }) => namespaces.addKey(body.key, await callers.account(request)),
  );
  api.add(
    {
      method: 'DELETE',
      path: '/api/v1/keys/{id}',
      id: 'revokeKey',
      by: 'account',
      summary: 'Revokes a key, for good: nothing that it has signed is certified from now on.',
      params: schemas.keyId,
      errors: ['KEY_UNKNOWN', 'TOKEN_ONLY_READS'],
    },
    async ({ params, request }) => namespaces.revokeKey(params.id, await callers.account(request)),
  );
}

function tokenRoutes({ api, accounts, callers }: Pick<RouteParts, 'api' | 'accounts' | 'callers'>): void {
  api.add(
    {
      method: 'POST',
      path: '/api/v1/short-tokens',
      id: 'createShortToken',
      tag: 'Accounts',
      by: 'account',
      summary: 'A token (JWT) that is good for some minutes; others check it by /.well-known/jwks.json.',
      answer: schemas.shortToken,
      status: 201,
    },
    async ({ request }) => accounts.shortToken(await callers.account(request)),
  );
}

function roleRoutes({ api, accounts, callers }: Pick<RouteParts, 'api' | 'accounts' | 'callers'>): void {
  api.add(
    {
      method: 'GET',
      path: '/api/v1/accounts/{name}',
      id: 'getAccount',
      tag: 'Accounts',
      by: 'account',
      summary: 'The role of an account.',
      params: schemas.accountOf,
      answer: schemas.account,
      errors: ['ACCOUNT_UNKNOWN'],
    },
    async ({ params, request }) => {
      await callers.account(request);
      const { name, role, isFlagAdmin, disabledAt } = await accounts.find(params.name);
      return { name, role, flagAdmin: isFlagAdmin, disabled: disabledAt !== null };
    },
  );
  api.add(
    {
      method: 'PUT',
      path: '/api/v1/accounts/{name}/role',
      id: 'setRole',
      tag: 'Accounts',
      by: 'account',
      summary: 'Gives an account a role, as an admin.',
      params: schemas.accountOf,
      body: schemas.newRole,
      errors: ['ROLE_NEEDED', 'ACCOUNT_UNKNOWN', 'ACCOUNT_INVALID', 'LAST_ADMIN', 'TOKEN_ONLY_READS'],
    },
    async ({ params, body, request }) => accounts.setRole(await callers.account(request), params.name, body),
  );
}
