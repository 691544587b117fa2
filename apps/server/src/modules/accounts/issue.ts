import { randomBytes } from 'node:crypto';
import { ServerErrors } from '../../errors.ts';
import { areNetworks } from './networks.ts';
import type { AccountsOptions, IssuedToken, NewToken } from './service.ts';
import { hashToken } from './sessions.ts';
import type { StoredAccount } from './store.ts';

const dayMs = 86_400_000;

/** Makes a token, which is kept as its hash. @throws ServerErrors.TOKEN_REFUSED */
export async function issueToken(
  { store, audit, tokenDays }: AccountsOptions,
  account: Pick<StoredAccount, 'id' | 'name'>,
  { name, scope, cidr, days = tokenDays }: NewToken,
  { address, now }: { readonly address: string; readonly now: Date },
): Promise<IssuedToken> {
  if (!areNetworks(cidr)) throw new ServerErrors.TOKEN_REFUSED({ reason: 'a network is not like 10.0.0.0/8' });
  if (!(days > 0 && days <= 3_650)) throw new ServerErrors.TOKEN_REFUSED({ reason: 'it is good for 1 to 3650 days' });
  const token = `swt_${randomBytes(32).toString('base64url')}`;
  const expiresAt = new Date(now.getTime() + days * dayMs).toISOString();
  const key = randomBytes(12).toString('hex');
  const kept = { key, prefix: token.slice(0, 8), name, scope, cidr, createdAt: now.toISOString(), expiresAt };
  await store.addToken(account.id, hashToken(token), kept);
  await audit.record('token created', { account: account.name, key, name, scope, cidr, expiresAt, address });
  return { ...kept, token };
}
