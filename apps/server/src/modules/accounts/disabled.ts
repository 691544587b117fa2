import { ServerErrors } from '../../errors.ts';
import type { AuditTrail } from './service.ts';
import type { StoredAccount } from './store.ts';

/** Only who has proved to be it hears that the account is disabled. @throws ServerErrors.ACCOUNT_DISABLED */
export async function refuseDisabled(
  audit: AuditTrail,
  { name, disabledAt }: Pick<StoredAccount, 'name' | 'disabledAt'>,
  address: string,
): Promise<void> {
  if (disabledAt === null) return;
  await audit.record('login refused', { account: name, reason: 'the account is disabled', address });
  throw new ServerErrors.ACCOUNT_DISABLED({ name });
}
