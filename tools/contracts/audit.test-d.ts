// The audit log of our logger is what the plugin host writes its trail to.
import type { AuditLog } from '@seaworthy/logger';
import type { AuditSink } from '@seaworthy/plugins/trust';
import type { Fits } from './fits.ts';

export type OurAuditLogFits = Fits<AuditLog, AuditSink>;
