import { z } from 'zod';
import type { AnyOperation } from '../../http/operations.ts';
import { storedReport } from '../reports/operations.ts';

const version = z.literal(1).describe('Another number is another shape.');

/** What a listener is sent, as JSON text. */
export const liveMessage = z.discriminatedUnion('type', [
  z.object({ version, type: z.literal('report'), report: storedReport }).describe('A report was stored.'),
  z
    .object({ version, type: z.literal('missed') })
    .describe('Reports may have been stored that were not told. Read the list again.'),
]);
export type LiveMessage = z.output<typeof liveMessage>;

export const liveQuery = z.object({
  project: z.string().min(1).max(300).optional().describe('Only reports of this project. Without it: of all.'),
});

export const livePath = '/api/v1/live';

export const liveOperations: readonly AnyOperation[] = [
  {
    method: 'GET',
    path: livePath,
    id: 'listen',
    tag: 'Reports',
    summary:
      'A WebSocket: a message for each report that is stored and that the listener may see. The content is that of one message. Whoever sends something is closed with 1003.',
    by: 'asker',
    query: liveQuery,
    status: 101,
    answer: liveMessage,
    usual: ['BAD_REQUEST', 'INPUT_REFUSED'],
    errors: ['UNAUTHORIZED', 'UPGRADE_REQUIRED', 'ORIGIN_REFUSED', 'LISTENERS_FULL', 'LISTENERS_OF_ADDRESS'],
  },
];
