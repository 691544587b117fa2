// What the API of entitlements takes and gives.
import { z } from 'zod';
import { byId, named } from '../marketplace/schemas.ts';
import { mostDays } from './tokens.ts';

const when = z.iso.datetime().describe('In UTC, by ISO 8601.');
/** Text that people write: no control characters but line breaks and tabs. */
const text = (most: number) =>
  z
    .string()
    .max(most)
    // eslint-disable-next-line no-control-regex
    .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, 'has control characters');
const versions = z.string().min(1).max(200).describe('A range as npm has them; only the order of versions counts.');
const seats = z.number().int().min(1).max(1_000_000).nullable().describe('null: as many as are asked for.');
const seat = z.string().min(1).max(130);
const termsUrl = z.url({ protocol: /^https?$/ }).max(500);

const free = z.object({ mode: z.literal('free') });
export const newLicensing = z.discriminatedUnion('mode', [
  free,
  z
    .object({
      mode: z.literal('paid'),
      versions: versions.default('*').describe('Which versions have to be paid for.'),
      terms: text(2_000).default(''),
      termsUrl: termsUrl.optional(),
    })
    .refine(({ terms, termsUrl: url }) => terms.trim() !== '' || url !== undefined, {
      path: ['terms'],
      message: 'or termsUrl says what it costs and how it is paid',
    }),
]);
export const licensing = z.discriminatedUnion('mode', [
  free,
  z.object({ mode: z.literal('paid'), versions, terms: z.string(), termsUrl: z.string() }),
]);

export { byId, named };
export const seatOf = byId.extend({ seat });
export const newEntitlement = z.object({
  holder: z.string().min(1).max(103).describe('An account, or `@shop` for all members of a namespace.'),
  versions: versions.default('*'),
  notBefore: when.optional().describe('Without it from now on.'),
  expiresAt: when.nullable().describe('null: without an end.'),
  seats: seats.default(1),
  features: z
    .array(z.string().regex(/^[\w.:-]{1,64}$/, 'is of letters, digits and ._:-'))
    .max(64)
    .default([]),
  reference: text(100).default('').describe('Your own number of it: a grant that is sent again is the same one.'),
});
const entitlement = z.object({
  id: z.number().int(),
  package: z.string(),
  holder: z.string(),
  versions,
  notBefore: when,
  expiresAt: when.nullable(),
  seats,
  features: z.array(z.string()),
  reference: z.string(),
  createdAt: when,
  revokedAt: when.nullable(),
  revokedBecause: z.string(),
});
export { entitlement };
export const entitlements = z.object({ entitlements: z.array(entitlement) });
export const soldEntitlements = entitlements.extend({ total: z.number().int() });
export const entitlementDetail = entitlement.extend({ taken: z.array(z.object({ seat, takenAt: when })) });
export const renewal = z.object({ expiresAt: when.nullable(), seats: seats.optional() });
export const revocation = z.object({ reason: text(500).default('') });
export const newToken = z.object({
  device: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'is of letters, digits and ._-')
    .optional()
    .describe('A seat of its own; without it the account is the seat.'),
  days: z.number().int().min(1).max(mostDays).default(7),
});
export const token = z.object({ token: z.string(), jti: z.string(), seat, expiresAt: when });
export const revokedList = z.string().describe('A JWT of the type seaworthy-revocations+jwt.');
export { range } from '../marketplace/schemas.ts';
