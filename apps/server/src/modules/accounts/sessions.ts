import { hash as digest } from 'node:crypto';
import type { Role, TokenScope } from '../../storage/schema.ts';
import { isWithin } from './networks.ts';
import type { AccountStore, TokenOwner } from './store.ts';

/** Who sent a request. */
export interface Account {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly scope: TokenScope;
  readonly role: Role;
  /** Whether the account may change flags, whatever its role. */
  readonly isFlagAdmin: boolean;
  /** Names the token that was sent, or that it was made with. */
  readonly tokenKey: string;
  /** Whether a short-lived token was sent. */
  readonly isShort?: boolean;
  /** Where the token may be sent from; none are all. */
  readonly networks?: readonly string[];
  /** When the token is over, by ISO 8601. */
  readonly expiresAt?: string | null;
}

export interface Sessions {
  /** Whose token it is; undefined when it is unknown, over, or sent from elsewhere than it may be. */
  of(token: string, address: string): Promise<Account | undefined>;
  /** The same by what is in memory: undefined also when it was not asked for yet. */
  recall(token: string, address: string): Account | undefined;
  /** Forgets a token that is gone. */
  forget(hash: string): void;
  /** Forgets all tokens of an account whose role has changed. */
  forgetAccount(id: number): void;
  forgetAll(): void;
}

const kept = 10_000;

/**
 * Tokens that were asked for are kept in memory, so that not every request asks the database.
 * @param mayKeep Whether it would be told if another instance changed one.
 */
export function createSessions(
  store: Pick<AccountStore, 'token'>,
  now: () => Date,
  mayKeep: () => boolean = () => true,
): Sessions {
  const known = new Map<string, TokenOwner>();
  /** Counts what was forgotten: what was read before that is not kept. */
  let changes = 0;
  const find = async (hash: string): Promise<TokenOwner | undefined> => {
    const cached = known.get(hash);
    if (cached !== undefined) return cached;
    const before = changes;
    const found = await store.token(hash);
    if (found === undefined || changes !== before || !mayKeep()) return found;
    if (known.size >= kept) known.delete(known.keys().next().value as string);
    known.set(hash, found);
    return found;
  };
  const ownerOf = (found: TokenOwner | undefined, address: string): Account | undefined => {
    if (found === undefined || !isWithin(address, found.cidr)) return undefined;
    if (found.expiresAt !== null && now().toISOString() >= found.expiresAt) return undefined;
    const { accountId: id, account: name, email, scope, key, role, isFlagAdmin, cidr: networks, expiresAt } = found;
    return { id, name, email, scope, role, isFlagAdmin, tokenKey: key, networks, expiresAt };
  };
  return {
    of: async (token, address) => ownerOf(await find(hashToken(token)), address),
    recall: (token, address) => ownerOf(known.get(hashToken(token)), address),
    forget(hash) {
      changes += 1;
      known.delete(hash);
    },
    forgetAll() {
      changes += 1;
      known.clear();
    },
    forgetAccount(id) {
      changes += 1;
      for (const [hash, { accountId }] of known) if (accountId === id) known.delete(hash);
    },
  };
}

/** A token has 256 random bits: nobody guesses it from a plain hash. */
export function hashToken(token: string): string {
  return digest('sha256', token);
}
