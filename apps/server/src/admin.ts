// What whoever runs the server looks at, put together from the settings.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Health } from '@seaworthy/lifecycle';
import type { PluginEntry } from '@seaworthy/plugins';
import type { Identity } from './identity.ts';
import type { JobBoard } from './jobs.ts';
import type { Limits } from './limits/limits.ts';
import { createAccountList } from './modules/accounts/account-list.ts';
import type { Accounts, AuditTrail } from './modules/accounts/service.ts';
import { adminModule } from './modules/admin/module.ts';
import { readOwnerless } from './modules/admin/ownerless.ts';
import { createAdministration, type ServerFacts } from './modules/admin/service.ts';
import type { Visitors } from './modules/identity/visitors.ts';
import type { SecondFactors } from './modules/second-factor/service.ts';
import { statusModule } from './modules/status/module.ts';
import type { Settings } from './settings.ts';
import type { Database } from './storage/database.ts';
import type { StorePipelines } from './storage/pipeline.ts';

export interface AdminParts {
  readonly settings: Settings;
  readonly query: Database['query'];
  readonly pipelines: StorePipelines;
  readonly audit: AuditTrail;
  readonly accounts: Accounts;
  readonly identity: Identity;
  readonly visitors: Visitors;
  readonly limits: Limits;
  readonly factors: SecondFactors;
  readonly health: Health;
  readonly jobs: JobBoard;
}

/** Of each kind. */
const mostOwnerless = 200;

/** `/admin` and `/status`. */
export function createAdminModules(parts: AdminParts): readonly PluginEntry[] {
  const { settings, query, pipelines, audit, accounts, identity, visitors, limits, factors, health, jobs } = parts;
  const administration = createAdministration({
    accounts,
    list: createAccountList(query, pipelines),
    sessions: identity.sessions,
    factors,
    readOwnerless: () => readOwnerless(query, pipelines, mostOwnerless),
    auditPath: join(settings.dataDir, 'audit.log'),
    jobs,
    facts: factsOf(settings),
  });
  const { forms, places } = identity;
  const hasMarket = settings.registry.enabled;
  return [
    adminModule({ administration, accounts, visitors, forms, places, factors, audit, limits, hasMarket }),
    statusModule({ health, limits }),
  ];
}

function factsOf({ database, storage, redis, registry, openid, ldap }: Settings): ServerFacts {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
    version: string;
  };
  const shared = storage.url === undefined ? 'database' : 'bucket';
  return {
    version,
    node: process.version,
    startedAt: new Date().toISOString(),
    database: database.url === undefined ? 'SQLite' : 'PostgreSQL',
    archives: registry.enabled ? (database.url === undefined ? 'folder' : shared) : 'none',
    limits: redis.url === undefined ? 'memory' : 'Redis',
    signIn: [
      'password',
      ...(openid.issuer === undefined ? [] : ['OpenID Connect']),
      ...(ldap.url === undefined ? [] : ['LDAP']),
    ],
  };
}
