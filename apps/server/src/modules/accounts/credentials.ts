import { ServerErrors } from '../../errors.ts';
import { refuseDisabled } from './disabled.ts';
import { recognise, type AskedFrom } from './identities.ts';
import { isAccountName, shown } from './names.ts';
import { countedAs } from './networks.ts';
import { hashPassword, isPassword, noPassword } from './passwords.ts';
import type { AccountsOptions, AuditTrail, Credentials, LoginLimit } from './service.ts';
import type { StoredAccount } from './store.ts';

/**
 * Whose name and password these are; the account is made when there is none and an email is given.
 *
 * @throws LOGIN_FAILED, ACCOUNT_DISABLED, TOO_MANY_LOGINS and what is wrong with a new account
 */
export async function identify(
  options: AccountsOptions,
  { name, password, email }: Credentials,
  asked: AskedFrom,
): Promise<StoredAccount> {
  const { store, audit, directory } = options;
  const { address, now } = asked;
  await checkAttempts(options.limit, name, address);
  const known = await store.find(name);
  if (known !== undefined && isPasswordKept(known)) {
    await checkPassword(audit, { name, password }, known, address);
    await refuseDisabled(audit, known, address);
    return known;
  }
  const identity = password === '' ? undefined : await directory?.find({ name, password });
  if (identity !== undefined) return recognise(options, identity, asked);
  if (known !== undefined || email === undefined) {
    await checkPassword(audit, { name, password }, undefined, address);
    throw new ServerErrors.LOGIN_FAILED();
  }
  return register(options, { name, password, email }, { address, now });
}

/** A new account, for somebody who asks for no other one. @throws ACCOUNT_EXISTS and what is wrong with it */
export async function makeAccount(
  options: AccountsOptions,
  credentials: Required<Credentials>,
  asked: Pick<AskedFrom, 'address' | 'now'>,
): Promise<StoredAccount> {
  await checkAttempts(options.limit, credentials.name, asked.address);
  return register(options, credentials, asked);
}

/** Not that of an account that came from somewhere else. */
function isPasswordKept({ password }: Pick<StoredAccount, 'password'>): boolean {
  return password !== noPassword;
}

/** Counts an attempt to prove who somebody is, for the name, if there is one, and the address. @throws ServerErrors.TOO_MANY_LOGINS */
export async function checkAttempts(limit: LoginLimit, name: string | undefined, address: string): Promise<void> {
  const ofName = name === undefined ? [] : [`account ${asOneName(name)}`];
  for (const key of [...ofName, `address ${countedAs(address)}`]) {
    const { allowed, retryAfterMs } = await limit.take(key);
    if (!allowed) throw new ServerErrors.TOO_MANY_LOGINS({ seconds: Math.ceil(retryAfterMs / 1_000) });
  }
}

/** To a directory `Ada`, `ADA` and `ada ` are one person, who is not to be guessed at once for each way of writing it. */
function asOneName(name: string): string {
  return name.slice(0, 1_000).normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim().slice(0, 100);
}

async function checkPassword(
  audit: AuditTrail,
  { name, password }: Credentials,
  known: StoredAccount | undefined,
  address: string,
): Promise<void> {
  if (await isPassword(password, known?.password)) return;
  await audit.record('login failed', { account: shown(name), address });
  throw new ServerErrors.LOGIN_FAILED();
}

async function register(
  { store, audit, isOpen }: AccountsOptions,
  { name, password, email }: Required<Credentials>,
  { address, now }: Pick<AskedFrom, 'address' | 'now'>,
): Promise<StoredAccount> {
  if (!isOpen) throw new ServerErrors.REGISTRATION_CLOSED();
  const reason = wrongWith({ name, password, email: email as string });
  if (reason !== undefined) throw new ServerErrors.ACCOUNT_INVALID({ reason });
  const kept = { name, email: email as string, password: await hashPassword(password), createdAt: now.toISOString() };
  if (!(await store.add(kept))) throw new ServerErrors.ACCOUNT_EXISTS({ name });
  await audit.record('account created', { account: name, address });
  return (await store.find(name)) as StoredAccount;
}

function wrongWith({ name, password, email }: { name: string; password: string; email: string }): string | undefined {
  if (!isAccountName(name)) {
    return 'a name has 1 to 64 lower-case letters, digits, dots, dashes and underscores, and starts with one of the first two';
  }
  return wrongWithPassword(password) ?? (isEmail(email) ? undefined : 'the email is not an address');
}

/** What keeps it from being a password. */
export function wrongWithPassword(password: string): string | undefined {
  return password.length < 10 || password.length > 1_000 ? 'a password has 10 to 1000 characters' : undefined;
}

export function isEmail(text: string): boolean {
  return /^[\x21-\x7e]+@[\x21-\x7e]+$/.test(text) && text.length <= 254;
}
