// What the API takes and gives. Requests are validated by these, and the OpenAPI document is made of them.
import { z } from 'zod';

const when = z.iso.datetime().describe('In UTC, by ISO 8601.');
const packageName = z.string().min(1).max(214).describe('Percent-encoded in an address: `%40shop%2Forders`.');
const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'is of a-z, 0-9 and dashes, up to 40 characters');
const version = z.string().min(1).max(128);
const accountName = z.string().min(1).max(64);
/** Text that people write: no control characters but line breaks and tabs. */
const text = (most: number) =>
  z
    .string()
    .max(most)
    // eslint-disable-next-line no-control-regex
    .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, 'has control characters');
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const whole = (otherwise: number, most: number, least = 0) =>
  z.coerce.number().int().min(least).max(most).default(otherwise);

export const range = z.object({ size: whole(20, 100, 1), from: whole(0, 100_000) });
export const most = z.object({ size: whole(100, 1_000, 1) });

export const named = z.object({ name: packageName });
export const byId = z.object({ id: z.coerce.number().int().min(1) });
export const categoryId = z.object({ id: slug });
export const keyId = z.object({ id: z.string().min(1).max(200) });
export const namespaceName = z.object({ name: z.string().regex(/^@[a-z\d_-][a-z\d._-]{0,100}$/, 'is like @shop') });
export const namespaceMember = namespaceName.extend({ account: accountName });
export const accountOf = z.object({ name: accountName });

export const searchQuery = range.extend({
  text: z.string().max(500).default('').describe('Words, and keywords:, author: and scope: as npm search has them.'),
  category: slug.optional(),
  tag: slug.optional(),
  license: z.string().max(200).optional(),
  certified: flag.optional(),
  plugin: flag.optional().describe('Whether it has a manifest for a host of plugins.'),
  paid: flag.optional().describe('Whether any version of it has to be paid for.'),
  sort: z.enum(['relevance', 'downloads', 'rating', 'newest', 'name']).default('relevance'),
});

const listedPlugin = z.object({
  name: packageName,
  version,
  description: z.string(),
  license: z.string().describe('As its package.json has it; empty without one.'),
  isSpdx: z.boolean().describe('Whether the licence is an expression of SPDX.'),
  isPlugin: z.boolean(),
  publishedAt: when,
  downloads: z.number().int(),
  rating: z.number().nullable().describe('1 to 5, drawn to the average of all the fewer ratings there are.'),
  ratings: z.number().int(),
  certified: version.nullable().describe('The newest version that is certified.'),
  paidVersions: z
    .string()
    .nullable()
    .describe('The range of versions that have to be paid for; null if all of it is free.'),
});

export const foundPlugins = z.object({ total: z.number().int(), plugins: z.array(listedPlugin) });

export const pluginDetail = listedPlugin.extend({
  owners: z.array(accountName),
  categories: z.array(slug),
  tags: z.array(slug),
  permissions: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('What its manifest asks for; null if it is no plugin.'),
  provides: z.array(z.string()),
  paid: z
    .object({ versions: z.string(), terms: z.string(), termsUrl: z.string() })
    .nullable()
    .describe('Which versions have to be paid for, and how; null if all of it is free.'),
  versions: z
    .array(
      z.object({
        version,
        publishedAt: when,
        publisher: z.string(),
        bytes: z.number().int(),
        integrity: z.string(),
        signedBy: z.array(z.string()).describe('Keys of /npm/-/npm/v1/keys.'),
        deprecated: z.string(),
      }),
    )
    .describe('Newest first.'),
});

const category = z.object({ id: slug, title: z.string(), description: z.string(), count: z.number().int() });
export const categories = z.object({ categories: z.array(category) });
export const newCategory = z.object({ title: text(80).min(1), description: text(300).default('') });
export const chosenCategories = z.object({ categories: z.array(slug).max(3) });
const counted = z.object({ id: z.string(), count: z.number().int() });
export const tags = z.object({ tags: z.array(counted) });
export const licences = z.object({ licences: z.array(counted.extend({ isSpdx: z.boolean() })) });

export const downloadsQuery = z.object({ days: whole(30, 366, 1) });
export const downloads = z.object({
  total: z.number().int().describe('Of these days.'),
  days: z.array(z.object({ day: z.iso.date(), version, count: z.number().int() })),
});

export const newReview = z.object({
  rating: z.number().int().min(1).max(5),
  title: text(120).default(''),
  body: text(5_000).default(''),
});
export const review = z.object({
  id: z.number().int(),
  package: packageName,
  account: accountName,
  rating: z.number().int(),
  title: z.string(),
  body: z.string(),
  version: version.describe('The newest one when it was written.'),
  createdAt: when,
  editedAt: when,
  state: z.enum(['shown', 'hidden']),
  reason: z.string(),
});
export const reviews = z.object({ total: z.number().int(), reviews: z.array(review) });
export const moderation = z
  .object({ state: z.enum(['shown', 'hidden']), reason: text(500).default('') })
  .refine(({ state, reason }) => state === 'shown' || reason !== '', {
    path: ['reason'],
    message: 'says why it is hidden',
  });

const memberRole = z.enum(['owner', 'member']);
export const namespace = z.object({
  name: z.string(),
  members: z.array(z.object({ account: accountName, role: memberRole })),
});
export const newMember = z.object({ role: memberRole });

export const publisherKey = z.object({
  id: z.string(),
  key: z.string(),
  createdAt: when,
  revokedAt: when.nullable(),
});
export const publisherKeys = z.object({ keys: z.array(publisherKey) });
export const newKey = z.object({ key: z.string().max(1_000).describe('An Ed25519 key as SPKI, in base64.') });

const certificationState = z.enum([
  'submitted',
  'checking',
  'in-review',
  'certified',
  'refused',
  'withdrawn',
  'revoked',
]);
const certification = z.object({
  id: z.number().int(),
  package: packageName,
  version,
  state: certificationState,
  submittedBy: accountName,
  checks: z.array(
    z.object({
      name: z.string(),
      outcome: z.enum(['passed', 'failed', 'warned']),
      detail: z.string(),
      findings: z.array(z.string()),
    }),
  ),
  reasons: z.array(z.string()),
  createdAt: when,
  changedAt: when,
});
export const certifications = z.object({ certifications: z.array(certification) });
export const certificationHistory = certification.extend({
  steps: z.array(
    z.object({ at: when, state: certificationState, by: z.string().describe('Empty: the server.'), note: z.string() }),
  ),
});
export const submission = z.object({
  version,
  envelopes: z
    .array(z.record(z.string(), z.unknown()))
    .max(4)
    .default([])
    .describe('Signatures of the publisher, by DSSE.'),
});
export const decision = z.object({
  outcome: z.enum(['certified', 'refused', 'revoked']),
  reasons: z.array(text(500).min(1)).max(20).default([]),
});

export const shortToken = z.object({ token: z.string(), expiresAt: when });

const roleName = z.enum(['reader', 'publisher', 'maintainer', 'admin']);
export const newRole = z.object({
  role: roleName,
  flagAdmin: z
    .boolean()
    .optional()
    .describe('Whether it may change flags, whatever its role; without it that stays as it is.'),
});
export const account = z.object({
  name: accountName,
  role: roleName,
  flagAdmin: z.boolean(),
  disabled: z.boolean().describe('Whether nothing of it signs in.'),
});
