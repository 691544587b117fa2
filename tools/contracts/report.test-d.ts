// The command line owns the report; the server has a copy of what it reads of it.
import type { Report as Written } from '../../apps/cli/src/report/report.ts';
import type { Report as Read } from '../../apps/server/src/modules/reports/contract.ts';
import type { Fits, Seen } from './fits.ts';

export type ReportFits = Fits<Written, Seen<Read>>;
