import type { Flags } from '@seaworthy/flags';
import { definePlugin, type PluginEntry } from '@seaworthy/plugins';
import { httpModules } from '../../http/module.ts';
import { auditRefusals } from '../accounts/refusals.ts';
import type { AuditTrail } from '../accounts/service.ts';
import { flagOperations } from './operations.ts';
import { flagsPage } from './pages.ts';
import { flagRoutes, type FlagRoutesOptions } from './routes.ts';

export interface FlagsModuleOptions {
  readonly flags: Pick<Flags, 'list' | 'status'>;
  /** Absent where the flags come from elsewhere, and nobody changes them here. */
  readonly changes?: FlagRoutesOptions & { readonly audit: AuditTrail };
}

/** `/flags`, and `/api/v1/flags` where the flags are kept here. */
export function flagsModule({ flags, changes }: FlagsModuleOptions): PluginEntry {
  return {
    manifest: { id: 'flags', version: '1.0.0' },
    plugin: definePlugin({
      onInit: (ctx) =>
        ctx.contribute(httpModules, {
          operations: () => (changes === undefined ? [] : flagOperations),
          async register(app) {
            app.get('/flags', async (_request, reply) => {
              const history = await changes?.administration.history(50);
              const body = flagsPage({ status: flags.status(), flags: flags.list(), history });
              return reply.type('text/html; charset=utf-8').send(body.toString());
            });
            if (changes === undefined) return;
            await app.register((scope, _options, done) => {
              auditRefusals(scope, changes.audit);
              flagRoutes(scope, changes);
              done();
            });
          },
        }),
    }),
  };
}
