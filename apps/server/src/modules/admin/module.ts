import { definePlugin, type PluginEntry } from '@seaworthy/plugins';
import { httpModules } from '../../http/module.ts';
import type { AnyOperation } from '../../http/operations.ts';
import type { RequestLimits } from '../../limits/requests.ts';
import { auditRefusals } from '../accounts/refusals.ts';
import type { AuditTrail } from '../accounts/service.ts';
import { pagesOfPeople } from '../identity/forms.ts';
import { certificationsService } from '../marketplace/module.ts';
import { adminApi } from './operations.ts';
import { adminPages, type AdminPagesOptions } from './page-routes.ts';

export interface AdminModuleOptions extends Omit<AdminPagesOptions, 'certifications'> {
  readonly audit: AuditTrail;
  readonly limits: RequestLimits;
  /** Whether there are packages. */
  readonly hasMarket: boolean;
}

/** What whoever runs the server looks at: `/admin`, and the same for programs. */
export function adminModule(options: AdminModuleOptions): PluginEntry {
  let operations: readonly AnyOperation[] = [];
  return {
    manifest: {
      id: 'admin',
      version: '1.0.0',
      ...(options.hasMarket && { dependencies: { marketplace: '^1.0.0' } }),
    },
    plugin: definePlugin({
      onInit(ctx) {
        const certifications = options.hasMarket ? ctx.use(certificationsService, '^1.0.0') : undefined;
        ctx.contribute(httpModules, {
          async register(app) {
            await app.register((scope, _options, done) => {
              pagesOfPeople(scope);
              auditRefusals(scope, options.audit);
              adminPages(scope, { ...options, certifications });
              done();
            });
            await app.register((scope, _options, done) => {
              auditRefusals(scope, options.audit);
              operations = adminApi(scope, options);
              done();
            });
          },
          operations: () => operations,
        });
      },
    }),
  };
}
