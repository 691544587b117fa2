import { join } from 'node:path';
import type { Lifecycle } from '@seaworthy/lifecycle';
import { auditLog, type AuditLog } from '@seaworthy/logger';
import type { AuditTrail } from './modules/accounts/service.ts';
import { boundRefusals } from './refusals.ts';
import { slot } from './slot.ts';

export interface AuditFailureLogger {
  error(fields: object, message: string): void;
}

/** Keeps `audit.log`: what accounts did, and what they were refused. */
export function addAudit(life: Lifecycle, dataDir: string, logger: AuditFailureLogger): AuditTrail {
  const log = slot<AuditLog>('audit');
  life.add('audit', {
    after: ['data folder'],
    start: () => void log.fill(auditLog({ path: join(dataDir, 'audit.log') })),
    async stop() {
      await trail.flush();
      await log.value.close();
    },
  });
  const trail = boundRefusals({
    async record(event, fields) {
      try {
        await log.value.record(event, fields);
      } catch (error) {
        // What was done is done, and whoever asked for it is told so.
        logger.error({ err: error, event }, 'an audit record was not written');
      }
    },
  });
  return trail;
}
