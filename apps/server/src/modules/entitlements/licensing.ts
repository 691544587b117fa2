import { isVersionRange } from '@seaworthy/plugins/trust';
import { ServerErrors } from '../../errors.ts';
import { requireRight } from '../accounts/roles.ts';
import type { Account } from '../accounts/sessions.ts';
import type { Asker, Packages } from '../registry/service.ts';

export type Licensing =
  | { readonly mode: 'free' }
  | {
      readonly mode: 'paid';
      readonly versions: string;
      readonly terms: string;
      readonly termsUrl?: string | undefined;
    };

/** Which packages have to be paid for. */
export interface LicensingOfPackages {
  /** @throws PACKAGE_UNKNOWN */
  of(name: string, asker: Asker): Promise<Licensing>;
  /** @throws PACKAGE_UNKNOWN, NOT_AN_OWNER, ENTITLEMENT_REFUSED */
  set(name: string, licensing: Licensing, by: Account): Promise<void>;
}

export function createLicensing(packages: Pick<Packages, 'find' | 'change'>): LicensingOfPackages {
  return {
    async of(name, asker) {
      const { paid } = await packages.find(name, asker);
      return paid === undefined ? { mode: 'free' } : { mode: 'paid', ...paid };
    },
    async set(name, licensing, by) {
      requireRight(by, 'publish');
      // Of what the account may not see it is told nothing.
      await packages.find(name, by);
      await packages.change({ name, paid: paidOf(licensing) }, by, 'licensing changed');
    },
  };
}

function paidOf(licensing: Licensing) {
  if (licensing.mode === 'free') return null;
  const { versions, terms, termsUrl = '' } = licensing;
  if (isVersionRange(versions)) return { versions, terms, termsUrl };
  throw new ServerErrors.ENTITLEMENT_REFUSED({ reason: `${JSON.stringify(versions)} is no range of versions` });
}
