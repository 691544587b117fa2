import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AnyOperation } from '../../http/operations.ts';
import type { RouteParts } from '../marketplace/routes.ts';
import * as schemas from './schemas.ts';

const tag = 'Entitlements';

/** Packages that have to be paid for, and who has. */
export function entitlementRoutes(parts: RouteParts): void {
  licensingRoutes(parts);
  issuerRoutes(parts);
  holderRoutes(parts);
}

function licensingRoutes({ api, market: { licensing }, callers }: RouteParts): void {
  const path = '/api/v1/plugins/{name}/licensing';
  api.add(
    {
      method: 'GET',
      path,
      id: 'getLicensing',
      tag,
      by: 'asker',
      summary: 'Whether a package is free, or which of its versions have to be paid for, and how.',
      params: schemas.named,
      answer: schemas.licensing,
      errors: ['PACKAGE_UNKNOWN'],
    },
    async ({ params, request }) => licensing.of(params.name, await callers.reader(request)),
  );
  api.add(
    {
      method: 'PUT',
      path,
      id: 'setLicensing',
      tag,
      by: 'account',
      summary: 'Makes versions of a package paid ones, or all of them free, as one of its owners.',
      params: schemas.named,
      body: schemas.newLicensing,
      errors: ['PACKAGE_UNKNOWN', 'NOT_AN_OWNER', 'ENTITLEMENT_REFUSED', 'ROLE_NEEDED', 'TOKEN_ONLY_READS'],
    },
    async ({ params, body, request }) => licensing.set(params.name, body, await callers.account(request)),
  );
}

function issuerRoutes({ api, market: { entitlements }, callers }: RouteParts): void {
  const sold = '/api/v1/plugins/{name}/entitlements';
  const refusals = ['NOT_AN_ISSUER', 'ROLE_NEEDED', 'TOKEN_ONLY_READS'] as const;
  api.add(
    {
      method: 'POST',
      path: sold,
      id: 'grantEntitlement',
      tag,
      by: 'account',
      summary: 'Entitles an account or a namespace to versions of a package, as an owner of it or of its namespace.',
      params: schemas.named,
      body: schemas.newEntitlement,
      answer: schemas.entitlement,
      status: 201,
      errors: [
        ...refusals,
        'PACKAGE_UNKNOWN',
        'ACCOUNT_UNKNOWN',
        'NAMESPACE_UNKNOWN',
        'ENTITLEMENT_REFUSED',
        'REFERENCE_TAKEN',
      ],
    },
    async ({ params, body, request }) => entitlements.grant(params.name, body, await callers.account(request)),
  );
  api.add(
    {
      method: 'GET',
      path: sold,
      id: 'listSoldEntitlements',
      tag,
      by: 'account',
      summary: 'The entitlements to a package, newest first, for its issuers.',
      params: schemas.named,
      query: schemas.range,
      answer: schemas.soldEntitlements,
      errors: ['PACKAGE_UNKNOWN', 'NOT_AN_ISSUER'],
    },
    async ({ params, query, request }) => {
      const { total, found } = await entitlements.ofPackage(params.name, query, await callers.account(request));
      return { total, entitlements: found };
    },
  );
  api.add(
    {
      method: 'POST',
      path: '/api/v1/entitlements/{id}/renewal',
      id: 'renewEntitlement',
      tag,
      by: 'account',
      summary: 'Gives an entitlement a later end, and more seats, as an issuer.',
      params: schemas.byId,
      body: schemas.renewal,
      answer: schemas.entitlement,
      errors: [...refusals, 'ENTITLEMENT_UNKNOWN', 'ENTITLEMENT_REFUSED', 'ENTITLEMENT_NOT_IN_FORCE'],
    },
    async ({ params, body, request }) => entitlements.renew(params.id, body, await callers.account(request)),
  );
  api.add(
    {
      method: 'POST',
      path: '/api/v1/entitlements/{id}/revocation',
      id: 'revokeEntitlement',
      tag,
      by: 'account',
      summary: 'Revokes an entitlement for good, with all its tokens, as an issuer.',
      params: schemas.byId,
      body: schemas.revocation,
      errors: [...refusals, 'ENTITLEMENT_UNKNOWN'],
    },
    async ({ params, body, request }) => entitlements.revoke(params.id, body.reason, await callers.account(request)),
  );
}

function holderRoutes({ api, market: { entitlements }, callers }: RouteParts): void {
  api.add(
    {
      method: 'GET',
      path: '/api/v1/entitlements',
      id: 'listEntitlements',
      tag,
      by: 'account',
      summary: 'The own entitlements, and those of the own namespaces; the newest 200.',
      answer: schemas.entitlements,
    },
    async ({ request }) => ({ entitlements: await entitlements.held(await callers.account(request)) }),
  );
  api.add(
    {
      method: 'GET',
      path: '/api/v1/entitlements/{id}',
      id: 'getEntitlement',
      tag,
      by: 'account',
      summary: 'An entitlement with the seats that are taken, for its holder and its issuers.',
      params: schemas.byId,
      answer: schemas.entitlementDetail,
      errors: ['ENTITLEMENT_UNKNOWN'],
    },
    async ({ params, request }) => entitlements.find(params.id, await callers.account(request)),
  );
  api.add(
    {
      method: 'POST',
      path: '/api/v1/entitlements/{id}/token',
      id: 'createEntitlementToken',
      tag,
      by: 'account',
      summary: 'Takes a seat, and gives a token (JWT) that programs check without asking, as the holder.',
      params: schemas.byId,
      body: schemas.newToken,
      answer: schemas.token,
      status: 201,
      errors: ['ENTITLEMENT_UNKNOWN', 'ENTITLEMENT_NOT_IN_FORCE', 'SEATS_TAKEN', 'SEAT_TOKENS', 'TOKEN_ONLY_READS'],
    },
    async ({ params, body, request }) => entitlements.token(params.id, body, await callers.account(request)),
  );
  api.add(
    {
      method: 'DELETE',
      path: '/api/v1/entitlements/{id}/seats/{seat}',
      id: 'releaseSeat',
      tag,
      by: 'account',
      summary: 'Gives up a seat, and revokes its tokens, as whoever has it or as an issuer.',
      params: schemas.seatOf,
      errors: ['ENTITLEMENT_UNKNOWN', 'SEAT_UNKNOWN', 'TOKEN_ONLY_READS'],
    },
    async ({ params, request }) => entitlements.release(params.id, params.seat, await callers.account(request)),
  );
}

export const revokedOperation: AnyOperation = {
  method: 'GET',
  path: '/api/v1/entitlements/revoked',
  id: 'listRevoked',
  tag,
  summary: 'The tokens of entitlements that are revoked before their time, as a signed list (JWT), for everybody.',
  answer: schemas.revokedList,
  media: 'application/jwt',
  usual: ['STORE_UNAVAILABLE', 'TOO_MANY_REQUESTS'],
};

/** Any cache may keep the list for a while: it is signed, and says how old it is. */
export function revokedRoute(
  app: FastifyInstance,
  { market: { entitlements } }: Pick<RouteParts, 'market'>,
  onRequest: (request: FastifyRequest) => Promise<void>,
): void {
  app.get(revokedOperation.path, { onRequest }, async (_request, reply) =>
    reply
      .headers({ 'cache-control': 'public, max-age=300', 'content-type': 'application/jwt' })
      .send(await entitlements.revoked()),
  );
}
