import { definePlugin, service, type PluginEntry, type ServiceRef } from '@seaworthy/plugins';
import { httpModules } from '../../http/module.ts';
import type { AnyOperation } from '../../http/operations.ts';
import type { RequestLimit, RequestLimits } from '../../limits/requests.ts';
import { auditRefusals } from '../accounts/refusals.ts';
import type { AuditTrail } from '../accounts/service.ts';
import { accessRoutes } from './access-routes.ts';
import type { ProjectRights } from './access.ts';
import type { Askers } from './askers.ts';
import { reportOperations } from './operations.ts';
import { reportRoutes } from './routes.ts';
import { createReports, type ReceivedReport, type ReportDecoder, type Reports } from './service.ts';
import type { ReportStore } from './store.ts';

export const reportsService: ServiceRef<Reports> = service('seaworthy.server.reports');

export interface ReportsModuleOptions {
  readonly store: ReportStore;
  readonly registry: ReportDecoder;
  readonly rights: ProjectRights;
  readonly askers: Askers;
  readonly audit: AuditTrail;
  readonly limits: RequestLimits & { readonly reports: RequestLimit };
  readonly onReceived: (received: ReceivedReport) => void;
}

/** Receives reports and gives them back, to those who may see them. */
export function reportsModule(options: ReportsModuleOptions): PluginEntry {
  let operations: readonly AnyOperation[] = [];
  return {
    manifest: { id: 'reports', version: '1.0.0', provides: [reportsService.id], failure: 'required' },
    plugin: definePlugin({
      onInit(ctx) {
        const reports = createReports(options.store, options.registry);
        ctx.provide(reportsService, reports);
        ctx.contribute(httpModules, {
          async register(app) {
            reportRoutes(app, { ...options, limit: options.limits.reports, reports });
            await app.register((scope, _options, done) => {
              auditRefusals(scope, options.audit);
              operations = accessRoutes(scope, options);
              done();
            });
          },
          operations: () => [...reportOperations, ...operations],
        });
      },
    }),
  };
}
