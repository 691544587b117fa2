import type { NewReport } from '../../src/modules/reports/store.ts';

/** A report as the store gets it. */
export const newReport = (change: Partial<NewReport> = {}): NewReport => ({
  id: 'one',
  project: 'orders',
  receivedAt: '2026-01-02T03:04:05.000Z',
  sentBy: 'seaworthy/0.1.0',
  digest: 'd1',
  overall: 80,
  errors: 1,
  warnings: 2,
  infos: 3,
  body: '{"any":"bytes"}',
  ...change,
});
