import type { Reporter } from './reporter.ts';

/** The report itself: what a push sends. */
export const json: Reporter = (report) => `${JSON.stringify(report, null, 2)}\n`;
