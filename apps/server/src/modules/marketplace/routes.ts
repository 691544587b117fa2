import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { createApi, type AnyOperation, type Api } from '../../http/operations.ts';
import { checkLimit, type RequestLimits } from '../../limits/requests.ts';
import { auditRefusals } from '../accounts/refusals.ts';
import type { Accounts, AuditTrail } from '../accounts/service.ts';
import { entitlementRoutes, revokedOperation, revokedRoute } from '../entitlements/routes.ts';
import type { Callers } from '../registry/requests.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import { certificationRoutes } from './certification-routes.ts';
import type { Market } from './module.ts';
import { ownershipRoutes } from './ownership-routes.ts';
import { reviewRoutes } from './review-routes.ts';

export interface MarketRoutesOptions {
  readonly market: Market;
  readonly accounts: Accounts;
  readonly callers: Callers;
  readonly audit: AuditTrail;
  readonly limits: RequestLimits;
  /** The keys that short tokens are checked by. */
  readonly publishedKeys: () => Promise<object>;
  /** Is given what is served, for the document. */
  readonly onOperations: (operations: readonly AnyOperation[]) => void;
}

const jwks: AnyOperation = {
  method: 'GET',
  path: '/.well-known/jwks.json',
  id: 'getKeys',
  tag: 'Accounts',
  summary: 'The keys that short tokens and entitlements are checked by (JWKS).',
  answer: z.object({ keys: z.array(z.record(z.string(), z.string())) }),
  usual: ['STORE_UNAVAILABLE'],
};

export interface RouteParts extends MarketRoutesOptions {
  readonly api: Api;
}

/** A body of the API is small: a review, or the signatures of a version. */
const bodyBytes = 262_144;

/** `/api/v1`: packages as people choose them. */
export async function marketRoutes(app: FastifyInstance, options: MarketRoutesOptions): Promise<void> {
  await app.register((scope) => {
    scope.addHook('onRoute', (route) => void (route.bodyLimit = bodyBytes));
    auditRefusals(scope, options.audit);
    const api = createApi(scope, (request) => checkLimit(options.limits, request));
    const parts = { ...options, api };
    catalogueRoutes(parts);
    reviewRoutes(parts);
    ownershipRoutes(parts);
    certificationRoutes(parts);
    entitlementRoutes(parts);
    revokedRoute(scope, parts, (request) => checkLimit(options.limits, request));
    scope.get('/.well-known/jwks.json', async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=60').send(await options.publishedKeys()),
    );
    options.onOperations([...api.operations, revokedOperation, jwks]);
    return Promise.resolve();
  });
}
