import { definePlugin, type PluginEntry } from '@seaworthy/plugins';
import { httpModules } from '../../http/module.ts';
import { reportsService } from '../reports/module.ts';
import { problemPage, type PageLink } from './pages.ts';
import { webRoutes } from './routes.ts';

export interface WebModuleOptions {
  readonly isTrendShown: (project: string) => boolean;
  /** Pages of other modules, for the start page. @default none */
  readonly links?: readonly PageLink[];
}

/** The pages over the other modules' services. */
export function webModule({ isTrendShown, links }: WebModuleOptions): PluginEntry {
  return {
    manifest: { id: 'web', version: '1.0.0', dependencies: { reports: '^1.0.0' } },
    plugin: definePlugin({
      onInit(ctx) {
        const reports = ctx.use(reportsService, '^1.0.0');
        ctx.contribute(httpModules, {
          register: (app) => webRoutes(app, { reports, isTrendShown, ...(links && { links }) }),
          renderProblem: (problem, requestId) => problemPage(problem, requestId).toString(),
        });
      },
    }),
  };
}
