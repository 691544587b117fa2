import { definePlugin, type PluginEntry } from '@seaworthy/plugins';
import type { Health, HealthReport } from '@seaworthy/lifecycle';
import { z } from 'zod';
import { httpModules } from '../../http/module.ts';
import { createApi, type AnyOperation } from '../../http/operations.ts';
import { checkLimit, type RequestLimits } from '../../limits/requests.ts';
import { statusPage } from './page.ts';

export interface StatusModuleOptions {
  readonly health: Pick<Health, 'check'>;
  readonly limits: RequestLimits;
}

/** What everybody may know of a part: its name and its state. Why it is so is for whoever runs the server. */
export interface PartStatus {
  readonly name: string;
  readonly status: HealthReport['status'];
  /** Since when it is so; null where nobody has looked yet. */
  readonly since: string | null;
}

const status = z.enum(['up', 'degraded', 'down']);
const answer = z.object({
  status,
  parts: z.array(z.object({ name: z.string(), status, since: z.iso.datetime().nullable() })),
});

/** `/status`: whether the server works, for whoever uses it. It needs nothing that could be away. */
export function statusModule({ health, limits }: StatusModuleOptions): PluginEntry {
  let operations: readonly AnyOperation[] = [];
  const read = async () => {
    const { status: all, checks } = await health.check('ready');
    const parts = checks.map(({ name, status: own, since = null }): PartStatus => ({ name, status: own, since }));
    return { status: all, parts };
  };
  return {
    manifest: { id: 'status', version: '1.0.0' },
    plugin: definePlugin({
      onInit: (ctx) =>
        ctx.contribute(httpModules, {
          register(app) {
            const api = createApi(app, (request) => checkLimit(limits, request));
            api.add(
              {
                method: 'GET',
                path: '/api/v1/status',
                id: 'getStatus',
                tag: 'API',
                summary: 'Whether the server that answers works, and which part does not.',
                answer,
                usual: ['TOO_MANY_REQUESTS'],
              },
              read,
            );
            operations = api.operations;
            app.get('/status', async (request, reply) => {
              await checkLimit(limits, request);
              const page = statusPage(await read());
              return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(page.toString());
            });
          },
          operations: () => operations,
        }),
    }),
  };
}
