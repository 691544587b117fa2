// Versions that have to be paid for.
import { coversVersion } from '@seaworthy/plugins/trust';
import { ServerErrors } from '../../errors.ts';
import type { AuditTrail } from '../accounts/service.ts';
import type { KnownPackage } from './documents.ts';
import type { Asker } from './service.ts';

/** Which versions of a package have to be paid for, and how. */
export interface Paid {
  /** A range, by semver. */
  readonly versions: string;
  readonly terms: string;
  /** Empty without one. */
  readonly termsUrl: string;
}

/** Whether an account has paid for a version. */
export type Covers = (accountId: number, name: string, version: string) => Promise<boolean>;

export function isPaid(paid: Pick<Paid, 'versions'> | undefined, version: string): boolean {
  return paid !== undefined && coversVersion(paid.versions, version);
}

interface Wanted {
  readonly name: string;
  readonly version: string;
  readonly asker: Asker;
  readonly known: Pick<KnownPackage, 'owners' | 'paid'>;
}

/** Refuses whoever has not paid. Who strangers are is not known: only accounts are written down. @throws PAYMENT_REQUIRED */
export async function expectPaid(
  { name, version, asker, known }: Wanted,
  { covers, audit }: { readonly covers: Covers; readonly audit: AuditTrail },
): Promise<void> {
  if (asker !== undefined && (isOfTheHouse(asker, known.owners) || (await covers(asker.id, name, version)))) return;
  const reason =
    asker === undefined
      ? 'nobody is logged in, so log in with an account that is entitled to it'
      : `the account ${asker.name} is not entitled to it, so get an entitlement of ${known.owners.join(', ')}`;
  const error = new ServerErrors.PAYMENT_REQUIRED({ name, version, reason, terms: termsOf(known.paid) });
  if (asker !== undefined) {
    await audit.record('refused', { code: error.code, account: asker.name, package: name, version });
  }
  throw error;
}

/** Owners, and those who look at packages for everybody. */
function isOfTheHouse({ name, role }: NonNullable<Asker>, owners: readonly string[]): boolean {
  return owners.includes(name) || role === 'maintainer' || role === 'admin';
}

/** In one line of a message, which a terminal shows. */
function termsOf(paid: Paid | undefined): string {
  const { terms = '', termsUrl = '' } = paid ?? {};
  return termsUrl === '' ? terms.replaceAll(/\s+/g, ' ').trim().slice(0, 300) : termsUrl;
}
