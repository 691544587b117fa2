// What receives reports and says who may see them; `compose.ts` puts it among the rest.
import type { Identity } from './identity.ts';
import type { Living } from './modules/live/audience.ts';
import type { Accounts, AuditTrail } from './modules/accounts/service.ts';
import { createAccessStore, type AccessStore } from './modules/reports/access-store.ts';
import { createProjectRights, type ProjectRights } from './modules/reports/access.ts';
import { createAskers, type Askers } from './modules/reports/askers.ts';
import { resilientStore } from './modules/reports/resilient-store.ts';
import { createReportStore, type ReportStore } from './modules/reports/store.ts';
import type { Settings } from './settings.ts';
import type { Database } from './storage/database.ts';
import type { StorePipelines } from './storage/pipeline.ts';

export interface ReportParts {
  readonly store: ReportStore;
  readonly access: AccessStore;
  readonly rights: ProjectRights;
  readonly askers: Askers;
  /** Whose these tokens and sessions are, by their keys, without those that are over. */
  readonly living: (keys: readonly string[]) => Promise<Living>;
}

export interface ReportNeeds {
  readonly settings: Settings;
  readonly query: Database['query'];
  readonly pipelines: StorePipelines;
  readonly audit: AuditTrail;
  readonly accounts: Accounts;
  readonly identity: Pick<Identity, 'visitors' | 'sessions'>;
}

export function createReportParts(needs: ReportNeeds): ReportParts {
  const { settings, query, pipelines, audit, accounts, identity } = needs;
  const { pushToken, reports } = settings;
  const access = createAccessStore(query, pipelines);
  return {
    store: resilientStore(createReportStore(query, { visibility: reports.defaultVisibility }), pipelines),
    access,
    rights: createProjectRights({ store: access, accounts, audit }),
    askers: createAskers({ accounts, visitors: identity.visitors, pushToken: pushToken?.reveal() }),
    async living(keys) {
      const [tokens, sessions] = await Promise.all([accounts.living(keys), identity.sessions.living(keys)]);
      return new Map([...tokens, ...sessions]);
    },
  };
}
