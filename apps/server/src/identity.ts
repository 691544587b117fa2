// What signing in with a browser is made of; `compose.ts` puts it among the rest.
import type { FastifyInstance } from 'fastify';
import type { PluginEntry } from '@seaworthy/plugins';
import { bulkhead } from '@seaworthy/resilience';
import { createGrants, type Grants } from './modules/accounts/grants.ts';
import type { Limits } from './limits/limits.ts';
import type { Accounts, AuditTrail } from './modules/accounts/service.ts';
import type { Entitlements } from './modules/entitlements/service.ts';
import { cookieJar } from './modules/identity/cookies.ts';
import { createForms, type Forms } from './modules/identity/forms.ts';
import { createDirectory, type Directory } from './modules/identity/ldap/directory.ts';
import { identityModule } from './modules/identity/module.ts';
import { npmLoginRoutes } from './modules/identity/npm-login-routes.ts';
import { createNpmLogins, createNpmLoginStore } from './modules/identity/npm-logins.ts';
import { createOpenIdFlowStore } from './modules/identity/openid-store.ts';
import { createOpenId, type OpenId } from './modules/identity/openid.ts';
import { createPlaces, type Places } from './modules/identity/places.ts';
import { createSessionStore } from './modules/identity/session-store.ts';
import { createVisitors, type Visitors } from './modules/identity/visitors.ts';
import { createWebSessions, type WebSessions } from './modules/identity/web-sessions.ts';
import type { SecondFactors } from './modules/second-factor/service.ts';
import type { Tickets } from './modules/second-factor/tickets.ts';
import type { Settings } from './settings.ts';
import type { Database } from './storage/database.ts';
import type { StorePipelines } from './storage/pipeline.ts';

export interface Identity {
  readonly module: PluginEntry;
  readonly visitors: Visitors;
  readonly forms: Forms;
  readonly sessions: Pick<WebSessions, 'living' | 'list'>;
  readonly places: Places;
  /** `npm login` with a browser, for the registry. */
  readonly npmRoutes: (app: FastifyInstance) => void;
}

export interface IdentityParts {
  readonly settings: Settings;
  readonly query: Database['query'];
  readonly pipelines: StorePipelines;
  readonly audit: AuditTrail;
  readonly accounts: Accounts;
  readonly limits: Pick<Limits, 'logins' | 'reads' | 'writes'>;
  readonly directory: Directory | undefined;
  readonly factors: SecondFactors;
  readonly tickets: Tickets;
  /** What people have paid for, if packages are here. */
  readonly entitlements?: Pick<Entitlements, 'held' | 'given'> | undefined;
}

/** Who may do what by the settings. */
export function grantsOf({ roles, admins, flags }: Settings): Grants {
  return createGrants({ roles, admins, flagAdmins: flags.admins });
}

/** At most so many ask the directory at once, and so many more wait. */
const [asking, waiting] = [4, 32];

/** Passwords of a directory, if there is one. */
export function createServerDirectory({ ldap }: Settings): Directory | undefined {
  const { url, base, bindPassword, ...others } = ldap;
  if (url === undefined || base === undefined) return undefined;
  const gate = bulkhead({ name: 'directory', concurrency: asking, queue: waiting });
  return createDirectory({ ...others, url, base, bindPassword: bindPassword?.reveal() }, gate);
}

const [minuteMs, dayMs] = [60_000, 86_400_000];

export function createIdentity(parts: IdentityParts): Identity {
  const { settings, query, pipelines, audit, accounts, limits, directory, factors, tickets } = parts;
  const { url, sessionIdleMinutes, sessionDays } = settings.web;
  const publicUrl = settings.registry.url?.replace(/\/+$/, '');
  const places = createPlaces(url ?? settings.registry.url);
  const jar = (name: string) => cookieJar(name, places.isSecure);
  const cookies = { session: jar('seaworthy-session'), state: jar('seaworthy-state') };
  const sessions = createWebSessions({
    store: createSessionStore(query, pipelines),
    accounts,
    audit,
    idleMs: sessionIdleMinutes * minuteMs,
    lifeMs: sessionDays * dayMs,
  });
  const visitors = createVisitors(sessions, cookies.session);
  const npmLogins = createNpmLogins({
    store: createNpmLoginStore(query, pipelines),
    accounts,
    audit,
    limit: limits.logins,
  });
  const forms = createForms({ session: cookies.session, visitor: jar('seaworthy-form'), originOf: places.originOf });
  const openId = createServerOpenId(parts);
  return {
    module: identityModule({
      accounts,
      audit,
      limits,
      sessions,
      visitors,
      forms,
      npmLogins,
      factors,
      tickets,
      places,
      cookies,
      openId,
      directory,
      entitlements: parts.entitlements,
    }),
    visitors,
    forms,
    sessions,
    places,
    npmRoutes: (app) => npmLoginRoutes(app, { npmLogins, places, publicUrl }),
  };
}

function createServerOpenId({ settings, query, pipelines, limits }: IdentityParts): OpenId | undefined {
  const { issuer, clientId, clientSecret, ...others } = settings.openid;
  if (issuer === undefined || clientId === undefined) return undefined;
  return createOpenId({
    settings: { ...others, issuer, clientId, clientSecret: clientSecret?.reveal() },
    store: createOpenIdFlowStore(query, pipelines),
    limit: limits.logins,
  });
}
