import { definePlugin, service, type PluginEntry, type ServiceRef } from '@seaworthy/plugins';
import { httpModules } from '../../http/module.ts';
import { reportOperations } from './operations.ts';
import { reportRoutes } from './routes.ts';
import { createReports, type ReceivedReport, type ReportDecoder, type Reports } from './service.ts';
import type { ReportStore } from './store.ts';

export const reportsService: ServiceRef<Reports> = service('seaworthy.server.reports');

export interface ReportsModuleOptions {
  readonly store: ReportStore;
  readonly registry: ReportDecoder;
  readonly pushToken: string | undefined;
  readonly onReceived: (received: ReceivedReport) => void;
}

/** Receives reports and gives them back. */
export function reportsModule({ store, registry, pushToken, onReceived }: ReportsModuleOptions): PluginEntry {
  return {
    manifest: { id: 'reports', version: '1.0.0', provides: [reportsService.id], failure: 'required' },
    plugin: definePlugin({
      onInit(ctx) {
        const reports = createReports(store, registry);
        ctx.provide(reportsService, reports);
        ctx.contribute(httpModules, {
          register: (app) => reportRoutes(app, { reports, pushToken, onReceived }),
          operations: () => reportOperations,
        });
      },
    }),
  };
}
