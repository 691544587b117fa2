import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ServerErrors } from '../../errors.ts';
import { shown } from '../accounts/names.ts';
import { requireRight } from '../accounts/roles.ts';
import type { Accounts } from '../accounts/service.ts';
import type { Account } from '../accounts/sessions.ts';
import type { Factor, SecondFactors } from '../second-factor/service.ts';
import { codeOf, isHost, parseBody, readJson, type Callers } from './requests.ts';

const secret = z.string().max(1_000);

/** As npm sends it: all that can be set, with `null` for what is empty. */
const profile = z.looseObject({
  email: z.string().max(300).nullish(),
  password: z.object({ old: secret, new: secret }).nullish(),
  tfa: z
    .union([
      // A code, to turn on what was begun.
      z.array(z.string().max(100)).length(1),
      z.object({ password: secret, mode: z.enum(['auth-only', 'auth-and-writes', 'disable']) }),
    ])
    .nullish(),
});

type WantedFactor = NonNullable<z.output<typeof profile>['tfa']>;

export interface ProfileRoutesOptions {
  readonly accounts: Accounts;
  readonly callers: Callers;
  /** @default there are none */
  readonly factors?: SecondFactors | undefined;
}

/** What `npm profile` asks for and sends. Nothing is kept of a person but the email, and whether they have an authenticator. */
export function profileRoutes(app: FastifyInstance, { accounts, callers, factors }: ProfileRoutesOptions): void {
  app.get('/-/npm/v1/user', async (request) => {
    const account = await callers.account(request);
    return shownProfile(account, await factors?.of(account));
  });

  app.post('/-/npm/v1/user', async (request) => {
    const account = await callers.account(request);
    const { email, password, tfa, ...others } = parseBody(profile, await readJson(request));
    refuseUnkept(others);
    if (tfa != null) {
      requireRight(account, 'participate');
      if (factors === undefined)
        throw new ServerErrors.PROFILE_REFUSED({ reason: 'this server has no second factors' });
      return {
        ...shownProfile(account, undefined),
        tfa: await setFactor(tfa, { accounts, factors, account, request }),
      };
    }
    const isNew = email != null && email !== account.email;
    if (password == null && !isNew) return shownProfile(account, await factors?.of(account));
    await factors?.expect(account, { code: codeOf(request), address: request.ip });
    if (password != null) {
      // npm asks nothing about tokens, and goes on with the one that it has.
      const change = { old: password.old, wanted: password.new, revokesTokens: false };
      await accounts.changePassword(account, change, request.ip);
    }
    if (isNew) await accounts.changeEmail(account, email, request.ip);
    return shownProfile(isNew ? { ...account, email } : account, await factors?.of(account));
  });
}

interface FactorParts {
  readonly accounts: Accounts;
  readonly factors: SecondFactors;
  readonly account: Account;
  readonly request: FastifyRequest;
}

interface ShownFactor {
  readonly pending: boolean;
  readonly mode: Factor['mode'];
}

/** Answers with what npm goes on with: an address for an authenticator, recovery codes, the new mode, or nothing. */
async function setFactor(
  wanted: WantedFactor,
  { accounts, factors, account, request }: FactorParts,
): Promise<string | readonly string[] | ShownFactor | null> {
  const { ip: address } = request;
  if (Array.isArray(wanted)) return factors.confirm(account, { code: wanted[0], address });
  const { password, mode } = wanted;
  const { id } = await accounts.identify({ name: account.name, password }, address);
  if (id !== account.id) throw new ServerErrors.LOGIN_FAILED();
  const asked = { code: codeOf(request), address };
  if (mode === 'disable') {
    await factors.end(account, asked);
    return null;
  }
  const known = await factors.of(account);
  if (known !== undefined && !known.isPending) {
    await factors.setMode(account, mode, asked);
    return { pending: false, mode };
  }
  const issuer = isHost(request.host) ? request.host : 'Seaworthy';
  return (await factors.begin(account, { mode, issuer })).url;
}

/** @throws ServerErrors.PROFILE_REFUSED */
function refuseUnkept(others: Readonly<Record<string, unknown>>): void {
  const [name] = Object.entries(others).find(([, value]) => value != null) ?? [];
  if (name === undefined) return;
  throw new ServerErrors.PROFILE_REFUSED({ reason: `${shown(name)} is not kept here, the email is` });
}

function shownProfile({ name, email }: Pick<Account, 'name' | 'email'>, factor: Factor | undefined) {
  const tfa: ShownFactor | null = factor === undefined ? null : { pending: factor.isPending, mode: factor.mode };
  return { name, email, email_verified: false, tfa };
}
