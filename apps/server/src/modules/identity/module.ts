import { definePlugin, type PluginEntry } from '@seaworthy/plugins';
import { httpModules } from '../../http/module.ts';
import { auditRefusals } from '../accounts/refusals.ts';
import type { Accounts, AuditTrail } from '../accounts/service.ts';
import type { AnyOperation } from '../../http/operations.ts';
import type { RequestLimits } from '../../limits/requests.ts';
import { accountApi } from './account-api.ts';
import type { Entitlements } from '../entitlements/service.ts';
import { accountRoutes } from './account-routes.ts';
import type { SecondFactors } from '../second-factor/service.ts';
import type { Tickets } from '../second-factor/tickets.ts';
import type { CookieJar } from './cookies.ts';
import { factorRoutes } from './factor-routes.ts';
import { pagesOfPeople, type Forms } from './forms.ts';
import { npmPageRoutes } from './npm-page-routes.ts';
import type { NpmLogins } from './npm-logins.ts';
import { openIdRoutes } from './openid-routes.ts';
import type { OpenId } from './openid.ts';
import type { Places } from './places.ts';
import { resetRoutes } from './reset-routes.ts';
import { signInRoutes } from './sign-in-routes.ts';
import type { Visitors } from './visitors.ts';
import type { WebSessions } from './web-sessions.ts';

export interface IdentityModuleOptions {
  readonly accounts: Accounts;
  readonly audit: AuditTrail;
  readonly limits: RequestLimits;
  readonly sessions: WebSessions;
  readonly visitors: Visitors;
  readonly forms: Forms;
  readonly npmLogins: NpmLogins;
  readonly factors: SecondFactors;
  readonly tickets: Tickets;
  readonly places: Places;
  readonly cookies: { readonly session: CookieJar; readonly state: CookieJar };
  /** A provider that people may sign in with. */
  readonly openId?: OpenId | undefined;
  /** What people have paid for, and what they have sold. */
  readonly entitlements?: Pick<Entitlements, 'held' | 'given'> | undefined;
  /** Closed with the module. */
  readonly directory?: AsyncDisposable | undefined;
}

/** Signing in with a browser: `/sign-in`, `/account`, `/reset`, and what npm asks somebody to allow; and accounts for programs. */
export function identityModule(options: IdentityModuleOptions): PluginEntry {
  let operations: readonly AnyOperation[] = [];
  return {
    manifest: { id: 'identity', version: '1.0.0' },
    plugin: definePlugin({
      onInit: (ctx) =>
        ctx.contribute(httpModules, {
          async register(app) {
            await app.register((scope, _options, done) => {
              pagesOfPeople(scope);
              auditRefusals(scope, options.audit);
              signInRoutes(scope, options);
              accountRoutes(scope, options);
              factorRoutes(scope, options);
              resetRoutes(scope, options);
              npmPageRoutes(scope, options);
              if (options.openId !== undefined) openIdRoutes(scope, { ...options, openId: options.openId });
              done();
            });
            await app.register((scope, _options, done) => {
              auditRefusals(scope, options.audit);
              operations = accountApi(scope, options);
              done();
            });
          },
          operations: () => operations,
        }),
      onStop: async () => {
        await options.directory?.[Symbol.asyncDispose]();
      },
    }),
  };
}
