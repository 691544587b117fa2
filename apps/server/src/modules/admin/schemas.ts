// What the API of admins takes and gives.
import { z } from 'zod';

const when = z.iso.datetime();
const flag = z.boolean();
const whole = (otherwise: number, most: number, least = 0) =>
  z.coerce.number().int().min(least).max(most).default(otherwise);

export const named = z.object({ name: z.string().min(1).max(64) });
const role = z.enum(['reader', 'publisher', 'maintainer', 'admin']);

export const accountQuery = z.object({
  text: z.string().max(200).default('').describe('A part of the name or the email.'),
  state: z.enum(['enabled', 'disabled']).optional(),
  size: whole(50, 200, 1),
  from: whole(0, 1_000_000),
});
export const accounts = z.object({
  total: z.number().int(),
  accounts: z.array(
    z.object({
      name: z.string(),
      email: z.string(),
      role,
      flagAdmin: flag,
      createdAt: when,
      disabledAt: when.nullable(),
    }),
  ),
});
export const ended = z.object({ sessions: z.number().int(), tokens: z.number().int() });

const moment = z.union([z.iso.date(), z.iso.datetime()]).describe('A day or a time, in UTC, by ISO 8601.');
export const auditQuery = z.object({
  who: z.string().max(200).optional().describe('Who did it, to whom it was done, or the address.'),
  what: z.string().max(100).optional().describe('A part of the event.'),
  since: moment.optional(),
  until: moment.optional(),
  before: z.coerce.number().int().min(1).optional().describe('Goes on where an answer ended: its `next`.'),
  size: whole(50, 500, 1),
});
export const audit = z.object({
  records: z
    .array(
      z.object({
        seq: z.number().int(),
        timestamp: when,
        event: z.string(),
        fields: z.record(z.string(), z.unknown()),
      }),
    )
    .describe('Newest first.'),
  next: z.number().int().nullable().describe('Null when all of the log was looked at.'),
});
export const verification = z.object({
  isValid: z.boolean(),
  entries: z.number().int().describe('Up to the first bad line.'),
  firstBad: z.object({ line: z.number().int(), reason: z.string() }).nullable(),
});

const ownerlessThings = z.array(z.object({ name: z.string(), owners: z.array(z.string()) }));
export const ownerless = z.object({ projects: ownerlessThings, packages: ownerlessThings });

export const server = z.object({
  version: z.string(),
  node: z.string(),
  startedAt: when,
  database: z.enum(['SQLite', 'PostgreSQL']),
  archives: z.enum(['folder', 'database', 'bucket', 'none']),
  limits: z.enum(['memory', 'Redis']),
  signIn: z.array(z.string()),
  jobs: z.array(
    z.object({
      name: z.string(),
      isRunning: z.boolean(),
      runs: z.number().int(),
      failures: z.number().int(),
      startedAt: when.nullable(),
      endedAt: when.nullable(),
      durationMs: z.number().nullable(),
      outcome: z.enum(['ok', 'failed']).nullable(),
    }),
  ),
});
