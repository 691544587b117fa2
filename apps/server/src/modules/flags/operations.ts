import { z } from 'zod';
import type { AnyOperation } from '../../http/operations.ts';

const change = z.object({
  version: z.number().int(),
  at: z.iso.datetime(),
  by: z.string().describe('The account.'),
  cause: z.string(),
});
const definition = z.record(z.string(), z.unknown()).describe("A flag in flagd's format.");
const document = z
  .object({ flags: z.record(z.string(), definition) })
  .loose()
  .describe("All flags, in flagd's format.");
const stored = change.extend({ document });

const common = {
  tag: 'Flags',
  by: 'account',
  usual: ['BAD_REQUEST', 'UNAUTHORIZED', 'FLAGS_ADMIN_ONLY', 'STORE_UNAVAILABLE'],
} as const;
const changes = {
  ...common,
  answer: change,
  errors: ['TOKEN_ONLY_READS', 'FLAGS_REFUSED', 'FLAGS_STALE', 'UNSUPPORTED_MEDIA_TYPE', 'BODY_TOO_LARGE'],
} as const;
const ofKey = { path: '/api/v1/flags/keys/{key}', params: z.object({ key: z.string() }) } as const;

/** Changing flags, as the document of the API has it. Each change may say by `If-Match: "3"` which version it is made to. */
export const flagOperations: readonly AnyOperation[] = [
  { ...common, method: 'GET', path: '/api/v1/flags', id: 'getFlags', summary: 'All flags.', answer: stored },
  {
    ...changes,
    method: 'PUT',
    path: '/api/v1/flags',
    id: 'replaceFlags',
    summary: 'Replaces all flags. If-Match may name the version that is changed.',
    body: document,
  },
  {
    ...common,
    method: 'GET',
    path: '/api/v1/flags/history',
    id: 'listFlagVersions',
    summary: 'The versions, newest first.',
    answer: z.object({ versions: z.array(change) }),
  },
  {
    ...common,
    method: 'GET',
    path: '/api/v1/flags/history/{version}',
    id: 'getFlagVersion',
    summary: 'The flags as they were.',
    params: z.object({ version: z.coerce.number().int() }),
    answer: stored,
    errors: ['FLAGS_VERSION_UNKNOWN'],
  },
  { ...changes, ...ofKey, method: 'PUT', id: 'setFlag', summary: 'Sets one flag.', body: definition },
  {
    ...changes,
    ...ofKey,
    method: 'DELETE',
    id: 'removeFlag',
    summary: 'Removes one flag.',
    errors: [...changes.errors, 'FLAG_UNKNOWN'],
  },
  {
    ...changes,
    method: 'POST',
    path: '/api/v1/flags/rollback',
    id: 'rollBackFlags',
    summary: 'Makes the flags of an earlier version the newest.',
    body: z.object({ version: z.number().int() }),
    errors: [...changes.errors, 'FLAGS_VERSION_UNKNOWN'],
  },
];
