import { definePlugin, type PluginEntry } from '@seaworthy/plugins';
import { httpModules } from '../../http/module.ts';
import { catalogueService, certificationsService, reviewsService } from '../marketplace/module.ts';
import type { Visitors } from '../identity/visitors.ts';
import type { Askers } from '../reports/askers.ts';
import { reportsService } from '../reports/module.ts';
import { marketPages } from './market-routes.ts';
import { problemPage, type PageLink } from './pages.ts';
import { accessPages, type SharingOptions } from './access-routes.ts';
import { webRoutes } from './routes.ts';

export interface WebModuleOptions {
  readonly isTrendShown: (project: string) => boolean;
  /** Pages of other modules, for the start page. @default none */
  readonly links?: readonly PageLink[];
  /** Whether there are packages to be shown. @default false */
  readonly hasMarket?: boolean;
  /** Who looks at the pages. @default nobody is signed in */
  readonly visitors?: Pick<Visitors, 'of'>;
  /** Who asks for reports. @default somebody without an account */
  readonly askers?: Pick<Askers, 'reader'>;
  /** Where owners say who sees a project. @default nowhere */
  readonly sharing?: SharingOptions;
  /** Whether packages are shown to those who have no account. @default true */
  readonly everyoneReads?: boolean;
  /** Where npm finds the registry, if not where the page was asked for. */
  readonly publicUrl?: string | undefined;
}

/** The pages over the other modules' services. */
export function webModule({
  isTrendShown,
  links,
  hasMarket = false,
  everyoneReads = true,
  publicUrl,
  visitors = { of: () => Promise.resolve(undefined) },
  askers = { reader: () => Promise.resolve(undefined) },
  sharing,
}: WebModuleOptions): PluginEntry {
  return {
    manifest: {
      id: 'web',
      version: '1.0.0',
      dependencies: { reports: '^1.0.0', ...(hasMarket && { marketplace: '^1.0.0' }) },
    },
    plugin: definePlugin({
      onInit(ctx) {
        const reports = ctx.use(reportsService, '^1.0.0');
        const market = hasMarket
          ? {
              catalogue: ctx.use(catalogueService, '^1.0.0'),
              reviews: ctx.use(reviewsService, '^1.0.0'),
              certifications: ctx.use(certificationsService, '^1.0.0'),
            }
          : undefined;
        ctx.contribute(httpModules, {
          register(app) {
            webRoutes(app, {
              reports,
              askers,
              rights: sharing?.rights,
              isTrendShown,
              catalogue: everyoneReads ? market?.catalogue : undefined,
              ...(links && { links }),
            });
            if (sharing !== undefined) accessPages(app, sharing);
            if (market !== undefined) marketPages(app, { market, everyoneReads, publicUrl, visitors });
          },
          renderProblem: (problem, requestId) => problemPage(problem, requestId).toString(),
        });
      },
    }),
  };
}
