import { definePlugin, service, type PluginEntry, type ServiceRef } from '@seaworthy/plugins';
import { httpModules } from '../../http/module.ts';
import type { Watch } from '../../jobs.ts';
import type { AnyOperation } from '../../http/operations.ts';
import type { RequestLimits } from '../../limits/requests.ts';
import type { Accounts, AuditTrail } from '../accounts/service.ts';
import { createLicensing, type LicensingOfPackages } from '../entitlements/licensing.ts';
import type { Entitlements } from '../entitlements/service.ts';
import { packagesService } from '../registry/module.ts';
import type { Callers } from '../registry/requests.ts';
import { createCatalogue, type Catalogue } from './catalogue.ts';
import {
  createCertifications,
  type CertificationParts,
  type Certifications,
  type FindReport,
} from './certifications.ts';
import type { CertifierLogger } from './certifier.ts';
import type { Downloads } from './downloads.ts';
import { createNamespaces, type Namespaces } from './namespaces.ts';
import { createReviews, type Reviews } from './reviews.ts';
import { marketRoutes } from './routes.ts';
import type { MarketStore } from './store.ts';

/** The parts of the marketplace, as its routes use them. */
export interface Market {
  readonly catalogue: Catalogue;
  readonly reviews: Reviews;
  readonly namespaces: Namespaces;
  readonly certifications: Certifications;
  readonly entitlements: Entitlements;
  readonly licensing: LicensingOfPackages;
}

export const catalogueService: ServiceRef<Catalogue> = service('seaworthy.server.catalogue');
export const reviewsService: ServiceRef<Reviews> = service('seaworthy.server.reviews');
export const certificationsService: ServiceRef<Certifications> = service('seaworthy.server.certifications');

export interface MarketplaceModuleOptions {
  readonly store: MarketStore;
  readonly accounts: Accounts;
  readonly callers: Callers;
  readonly audit: AuditTrail;
  readonly downloads: Downloads;
  /** Whatever else goes on until the module stops. @default nothing */
  readonly jobs?: AsyncDisposable;
  /** Runs each check of a certification. @default it is run */
  readonly watchChecks?: Watch;
  readonly entitlements: Entitlements;
  readonly limits: RequestLimits;
  /** The keys that short tokens are checked by. */
  readonly publishedKeys: () => Promise<object>;
  readonly findReport: FindReport;
  readonly logger: CertifierLogger;
  /** Whether other instances work on the same store. @default false */
  readonly isShared?: boolean;
  readonly now?: () => Date;
}

/** Packages as people choose them, under `/api/v1`. */
export function marketplaceModule(options: MarketplaceModuleOptions): PluginEntry {
  const { now = () => new Date() } = options;
  let parts: CertificationParts | undefined;
  return {
    manifest: {
      id: 'marketplace',
      version: '1.0.0',
      dependencies: { registry: '^1.0.0' },
      provides: [catalogueService.id, reviewsService.id, certificationsService.id],
      failure: 'required',
    },
    plugin: definePlugin({
      onInit(ctx) {
        const packages = ctx.use(packagesService, '^1.0.0');
        const catalogue = createCatalogue({ ...options, packages, now });
        parts = createCertifications({ ...options, packages, catalogue, now });
        const market: Market = {
          catalogue,
          certifications: parts.certifications,
          reviews: createReviews({ ...options, catalogue, now }),
          namespaces: createNamespaces({ ...options, now }),
          entitlements: options.entitlements,
          licensing: createLicensing(packages),
        };
        ctx.provide(catalogueService, catalogue);
        ctx.provide(reviewsService, market.reviews);
        ctx.provide(certificationsService, market.certifications);
        let operations: readonly AnyOperation[] = [];
        const onOperations = (served: readonly AnyOperation[]): void => void (operations = served);
        ctx.contribute(httpModules, {
          register: (app) => marketRoutes(app, { ...options, market, onOperations }),
          operations: () => operations,
        });
      },
      async onStop() {
        await parts?.job[Symbol.asyncDispose]();
        await options.downloads[Symbol.asyncDispose]();
        await options.jobs?.[Symbol.asyncDispose]();
      },
    }),
  };
}
