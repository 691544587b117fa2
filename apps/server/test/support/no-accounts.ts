import { ServerErrors } from '../../src/errors.ts';
import { createAskers, type Askers } from '../../src/modules/reports/askers.ts';

/** Who asks where nobody has an account. */
export function askersWithoutAccounts(pushToken?: string): Askers {
  return createAskers({
    accounts: { authenticate: () => Promise.reject(new ServerErrors.UNAUTHORIZED()) },
    visitors: { of: () => Promise.resolve(undefined) },
    pushToken,
  });
}
