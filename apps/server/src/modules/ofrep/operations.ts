import { z } from 'zod';
import type { AnyOperation } from '../../http/operations.ts';

const evaluated = z.object({
  key: z.string(),
  value: z.unknown(),
  reason: z.string(),
  variant: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
const failed = z.object({
  key: z.string().optional(),
  errorCode: z.string(),
  errorDetails: z.string().optional(),
});
const context = z.object({
  context: z
    .record(z.string(), z.unknown())
    .describe('Whom the flags are asked for: `targetingKey` and whatever the rules look at.'),
});

const common = {
  tag: 'OFREP',
  by: 'asker',
  token: 'ofrepToken',
  usual: ['UNAUTHORIZED'],
  foreign: { statuses: [400, 413], answer: failed },
} as const;

/** The OpenFeature Remote Evaluation Protocol, as the document of the API has it. */
export const ofrepOperations: readonly AnyOperation[] = [
  {
    ...common,
    method: 'POST',
    path: '/ofrep/v1/evaluate/flags',
    id: 'evaluateFlags',
    summary: 'All flags, with an ETag; 304 where If-None-Match has it.',
    body: context,
    answer: z.object({ flags: z.array(z.union([evaluated, failed])), eventStreams: z.array(z.unknown()).optional() }),
  },
  {
    ...common,
    method: 'POST',
    path: '/ofrep/v1/evaluate/flags/{key}',
    id: 'evaluateFlag',
    summary: 'One flag.',
    params: z.object({ key: z.string() }),
    body: context,
    answer: evaluated,
    foreign: { statuses: [400, 404, 413], answer: failed },
  },
  {
    ...common,
    method: 'GET',
    path: '/ofrep/v1/events',
    id: 'followFlags',
    summary: 'Server-sent events: one after each change.',
    media: 'text/event-stream',
    answer: z.string(),
    errors: ['STREAMS_FULL', 'STREAMS_OF_ADDRESS'],
  },
];
