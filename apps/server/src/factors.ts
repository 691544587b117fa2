// Second factors, put together from the settings.
import { join } from 'node:path';
import { createAccountStore } from './modules/accounts/store.ts';
import type { AuditTrail } from './modules/accounts/service.ts';
import { createBox } from './modules/second-factor/box.ts';
import { createSecondFactors, type SecondFactors } from './modules/second-factor/service.ts';
import { createSecondFactorStore } from './modules/second-factor/store.ts';
import { createTickets, type Tickets } from './modules/second-factor/tickets.ts';
import type { Settings } from './settings.ts';
import type { Database } from './storage/database.ts';
import type { StorePipelines } from './storage/pipeline.ts';
import { sharedText, textInFile } from './storage/secrets.ts';

export interface FactorParts {
  readonly settings: Settings;
  readonly query: Database['query'];
  readonly pipelines: StorePipelines;
  readonly audit: AuditTrail;
}

/** The key is in a file beside the database, or where several servers have their keys. */
export function createServerFactors({ settings, query, pipelines, audit }: FactorParts): {
  readonly factors: SecondFactors;
  readonly tickets: Tickets;
} {
  const { dataDir, database } = settings;
  const isShared = database.url !== undefined;
  const box = createBox(
    isShared ? sharedText(query, pipelines, 'factor key') : textInFile(join(dataDir, 'factor-key')),
  );
  const { find } = createAccountStore(query, pipelines);
  const store = createSecondFactorStore(query, pipelines);
  return { factors: createSecondFactors({ store, box, audit, findAccount: find }), tickets: createTickets(box) };
}
