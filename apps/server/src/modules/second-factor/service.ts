// A second proof of who somebody is: the code that an authenticator shows, or one of the recovery codes.
// (1) A code is good once: the half minute of the newest one that was used is kept, and none of it or before it is good again.
// (2) Guesses are few: so many in a quarter of an hour, counted before the code is looked at, on all servers together.
// (3) The secret is kept under a key that is not in its table, recovery codes as their hashes; neither is in a log.
// (4) Whoever turns it on has shown a code first, and whoever turns it off or changes it shows one too; an admin needs none.
// none -> pending -> on -> none
import { randomBytes } from 'node:crypto';
import { ServerErrors } from '../../errors.ts';
import type { FactorMode } from '../../storage/second-factor-schema.ts';
import { shown } from '../accounts/names.ts';
import { requireRight } from '../accounts/roles.ts';
import type { AuditTrail } from '../accounts/service.ts';
import { hashToken, type Account } from '../accounts/sessions.ts';
import type { Box } from './box.ts';
import type { SecondFactorStore, StoredFactor } from './store.ts';
import { otpauthUrl, stepOf, toBase32 } from './totp.ts';

/** The second factor of an account. */
export interface Factor {
  readonly mode: FactorMode;
  /** Whether no code has been shown yet: nothing asks for one so long. */
  readonly isPending: boolean;
  /** How many are left. */
  readonly recoveryCodes: number;
}

/** What an authenticator is given; it is shown this once. */
export interface NewSecret {
  /** In base 32. */
  readonly secret: string;
  readonly url: string;
}

type Person = Pick<Account, 'id' | 'name'>;

export interface AskedCode {
  readonly code: string | undefined;
  readonly address: string;
  /** Whether a package is changed, and not the account. @default false */
  readonly isWrite?: boolean;
}

/** What asks for codes. */
export interface FactorCheck {
  /** Whether signing in needs a code. */
  isNeeded(account: Pick<Person, 'id'>): Promise<boolean>;
  /** Uses the code, if one is needed. @throws SECOND_FACTOR_NEEDED, SECOND_FACTOR_WRONG, TOO_MANY_LOGINS */
  expect(account: Person, asked: AskedCode): Promise<void>;
}

export interface SecondFactors extends FactorCheck {
  /** Undefined without one. */
  of(account: Pick<Person, 'id'>): Promise<Factor | undefined>;
  /** @throws SECOND_FACTOR_STAYS when there is one */
  begin(account: Person, wanted: { readonly mode: FactorMode; readonly issuer: string }): Promise<NewSecret>;
  /** Turns on what was begun, and answers with the recovery codes. @throws SECOND_FACTOR_WRONG, SECOND_FACTOR_STAYS, TOO_MANY_LOGINS */
  confirm(account: Person, asked: AskedCode): Promise<readonly string[]>;
  /** @throws what `expect` throws, SECOND_FACTOR_STAYS without one */
  setMode(account: Person, mode: FactorMode, asked: AskedCode): Promise<void>;
  /** Turns it off; nothing happens without one. @throws what `expect` throws */
  end(account: Person, asked: AskedCode): Promise<void>;
  /** Of somebody who has lost everything. @throws ROLE_NEEDED, TOKEN_ONLY_READS, ACCOUNT_UNKNOWN, SECOND_FACTOR_STAYS */
  reset(by: Account, name: string, address: string): Promise<void>;
}

export interface SecondFactorsOptions {
  readonly store: SecondFactorStore;
  readonly box: Box;
  readonly audit: AuditTrail;
  readonly findAccount: (name: string) => Promise<Person | undefined>;
  readonly now?: () => Date;
}

const secretBytes = 20;
const recoveryCodes = 10;
/** So many attempts in so many milliseconds. */
const [mostAttempts, attemptsMs] = [5, 900_000] as const;

const labelOf = ({ id }: Pick<Person, 'id'>): string => `second factor of ${id}`;

export function createSecondFactors(options: SecondFactorsOptions): SecondFactors {
  const { store, box, audit, now = () => new Date() } = options;
  const record = (event: string, { name: account }: Person, { address }: Pick<AskedCode, 'address'>, more = {}) =>
    audit.record(event, { account, ...more, address });

  const use = async (account: Person, factor: StoredFactor, asked: AskedCode): Promise<void> => {
    const code = asked.code?.replaceAll(/\s/g, '') ?? '';
    if (code === '') throw new ServerErrors.SECOND_FACTOR_NEEDED();
    const at = now();
    const until = new Date(at.getTime() + attemptsMs).toISOString();
    const blocked = await store.attempt(account.id, { most: mostAttempts, at: at.toISOString(), until });
    if (blocked !== undefined) {
      const seconds = Math.max(1, Math.ceil((Date.parse(blocked) - at.getTime()) / 1_000));
      throw new ServerErrors.TOO_MANY_LOGINS({ seconds });
    }
    if (await isGood(account, factor, code, at)) return;
    await record('second factor refused', account, asked);
    throw new ServerErrors.SECOND_FACTOR_WRONG();
  };
  const isGood = async (account: Person, factor: StoredFactor, code: string, at: Date): Promise<boolean> => {
    if (/^[\da-f]{64}$/i.test(code)) {
      if (!(await store.useRecoveryCode(account.id, hashToken(code.toLowerCase())))) return false;
      await audit.record('recovery code used', { account: account.name, left: factor.recoveryCodes - 1 });
      return true;
    }
    const secret = await box.open(factor.secret, labelOf(account));
    if (secret === undefined) return false;
    const step = stepOf(code, Buffer.from(secret, 'base64'), { ms: at.getTime(), after: factor.lastStep });
    return step !== undefined && store.useStep(account.id, step);
  };
  const confirmed = async ({ id }: Pick<Person, 'id'>): Promise<StoredFactor | undefined> => {
    const found = await store.find(id);
    return found === undefined || found.confirmedAt === null ? undefined : found;
  };
  const stays = ({ name }: Pick<Person, 'name'>, reason: string): Error =>
    new ServerErrors.SECOND_FACTOR_STAYS({ name, reason });

  return {
    async of({ id }) {
      const found = await store.find(id);
      return found && { mode: found.mode, isPending: found.confirmedAt === null, recoveryCodes: found.recoveryCodes };
    },
    isNeeded: async (account) => (await confirmed(account)) !== undefined,
    async expect(account, asked) {
      const factor = await confirmed(account);
      if (factor === undefined || (asked.isWrite === true && factor.mode === 'auth-only')) return;
      await use(account, factor, asked);
    },
    async begin(account, { mode, issuer }) {
      const secret = randomBytes(secretBytes);
      const sealed = await box.seal(secret.toString('base64'), labelOf(account));
      if (!(await store.begin(account.id, { mode, secret: sealed, createdAt: now().toISOString() }))) {
        throw stays(account, 'it is on already; turn it off first');
      }
      const text = toBase32(secret);
      return { secret: text, url: otpauthUrl({ secret: text, account: account.name, issuer }) };
    },
    async confirm(account, asked) {
      const factor = await store.find(account.id);
      if (factor === undefined || factor.confirmedAt !== null) throw stays(account, 'nothing waits for a code');
      await use(account, factor, asked);
      const codes = Array.from({ length: recoveryCodes }, () => randomBytes(32).toString('hex'));
      if (!(await store.confirm(account.id, now().toISOString(), codes.map(hashToken)))) {
        throw stays(account, 'nothing waits for a code');
      }
      await record('second factor turned on', account, asked, { mode: factor.mode });
      return codes;
    },
    async setMode(account, mode, asked) {
      const factor = await confirmed(account);
      if (factor === undefined) throw stays(account, 'there is none');
      await use(account, factor, asked);
      await store.setMode(account.id, mode);
      await record('second factor changed', account, asked, { mode });
    },
    async end(account, asked) {
      const factor = await confirmed(account);
      if (factor !== undefined) await use(account, factor, asked);
      const isGone = await store.remove(account.id);
      if (isGone && factor !== undefined) await record('second factor turned off', account, asked);
    },
    async reset(by, name, address) {
      requireRight(by, 'administer');
      const found = await options.findAccount(name);
      if (found === undefined) throw new ServerErrors.ACCOUNT_UNKNOWN({ name: shown(name) });
      if (!(await store.remove(found.id))) throw stays({ name }, 'there is none');
      await audit.record('second factor reset', { account: by.name, to: name, address });
    },
  };
}
