import { definePlugin, service, type PluginEntry, type ServiceRef } from '@seaworthy/plugins';
import type { FastifyInstance } from 'fastify';
import { cachingOf } from '../../http/caching.ts';
import { httpModules } from '../../http/module.ts';
import { auditRefusals } from '../accounts/refusals.ts';
import type { Accounts } from '../accounts/service.ts';
import { accountRoutes } from './account-routes.ts';
import { otherRoutes } from './other-routes.ts';
import { packageRoutes } from './package-routes.ts';
import { quickAnswers } from './quick-answers.ts';
import { createCallers, prefix, type Callers } from './requests.ts';
import type { SecondFactors } from '../second-factor/service.ts';
import { createPackages, type Packages, type PackagesOptions } from './service.ts';

export const packagesService: ServiceRef<Packages> = service('seaworthy.server.packages');

export interface RegistryModuleOptions extends Omit<PackagesOptions, 'accounts'> {
  readonly accounts: Accounts;
  /** Whether packages are shown to those who have no account. */
  readonly everyoneReads: boolean;
  /** Asks for codes of authenticators. @default nobody is asked for one */
  readonly factors?: SecondFactors | undefined;
  /** Where clients find the registry, if not where they say that they found it. */
  readonly publicUrl: string | undefined;
  /** More that npm asks for, under the same address. @default nothing */
  readonly more?: (app: FastifyInstance) => void;
}

/** The npm registry, under `/npm`. */
export function registryModule(options: RegistryModuleOptions): PluginEntry {
  return {
    manifest: { id: 'registry', version: '1.0.0', provides: [packagesService.id], failure: 'required' },
    plugin: definePlugin({
      onInit(ctx) {
        const packages = createPackages(options);
        ctx.provide(packagesService, packages);
        const callers = createCallers(options);
        ctx.contribute(httpModules, {
          register: async (app) => {
            await app.register((scope) => registryRoutes(scope, { ...options, packages, callers }), { prefix });
          },
          quick: quickAnswers({ ...options, packages }),
          // npm shows `error`.
          addToProblem: ({ detail, code }, path) => (isOfRegistry(path) ? { error: detail, reason: code } : {}),
        });
      },
    }),
  };
}

type Parts = RegistryModuleOptions & { readonly packages: Packages; readonly callers: Callers };

function registryRoutes(app: FastifyInstance, parts: Parts): Promise<void> {
  // A body is read where it is used, as it arrives: an archive is never held as a whole.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('cache-control', cachingOf(request.raw));
    done();
  });
  auditRefusals(app, parts.audit);
  packageRoutes(app, parts);
  accountRoutes(app, parts);
  otherRoutes(app, parts);
  parts.more?.(app);
  return Promise.resolve();
}

function isOfRegistry(path: string): boolean {
  return path.startsWith(`${prefix}/`);
}
