import { createPublicKey } from 'node:crypto';
import { keyIdOf, publicKeyText } from '@seaworthy/plugins/trust';
import { ServerErrors } from '../../errors.ts';
import type { Accounts, AuditTrail } from '../accounts/service.ts';
import { requireRight } from '../accounts/roles.ts';
import type { Account } from '../accounts/sessions.ts';
import {
  addKey,
  changeMember,
  claimNamespace,
  keysOf,
  readMembers,
  revokeKey,
  type Member,
  type PublisherKey,
} from './namespaces-store.ts';
import type { MarketStore } from './store.ts';

/** Who may publish new packages in a scope, and with which keys publishers sign. */
export interface Namespaces {
  /** @throws NAMESPACE_UNKNOWN */
  members(namespace: string): Promise<readonly Member[]>;
  /** Makes the account its owner. @throws ROLE_NEEDED, NAMESPACE_TAKEN */
  claim(namespace: string, by: Account): Promise<void>;
  /** Without a role the member goes. @throws NAMESPACE_UNKNOWN, NAMESPACE_TAKEN, ACCOUNT_UNKNOWN, LAST_OWNER */
  setMember(namespace: string, account: string, role: Member['role'] | undefined, by: Account): Promise<void>;
  keys(by: Account): Promise<readonly PublisherKey[]>;
  /** @param key SPKI in base64 @throws ROLE_NEEDED, INPUT_REFUSED */
  addKey(key: string, by: Account): Promise<PublisherKey>;
  /** @throws KEY_UNKNOWN */
  revokeKey(id: string, by: Account): Promise<void>;
}

export interface NamespacesOptions {
  readonly store: MarketStore;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly audit: AuditTrail;
  readonly now: () => Date;
}

export function createNamespaces({ store, accounts, audit, now }: NamespacesOptions): Namespaces {
  const members = async (namespace: string): Promise<readonly Member[]> => {
    const found = await store.read((db) => readMembers(db, namespace));
    if (found.length === 0) throw new ServerErrors.NAMESPACE_UNKNOWN({ name: namespace });
    return found;
  };
  return {
    members,
    async claim(namespace, by) {
      requireRight(by, 'publish');
      const claim = { accountId: by.id, at: now().toISOString() };
      const outcome = await store.write((db) => claimNamespace(db, namespace, claim));
      if (outcome === 'taken') throw new ServerErrors.NAMESPACE_TAKEN({ name: namespace });
      await audit.record('namespace claimed', { account: by.name, namespace });
    },
    async setMember(namespace, name, role, by) {
      requireRight(by, 'publish');
      const owners = (await members(namespace)).filter((member) => member.role === 'owner');
      if (!owners.some(({ account }) => account === by.name)) {
        throw new ServerErrors.NAMESPACE_TAKEN({ name: namespace });
      }
      const { id } = await accounts.find(name);
      const outcome = await store.write((db) => changeMember(db, namespace, { accountId: id, role, by: by.id }));
      if (outcome === 'not owned') throw new ServerErrors.NAMESPACE_TAKEN({ name: namespace });
      if (outcome === 'no owner') throw new ServerErrors.LAST_OWNER({ name: namespace });
      await audit.record('namespace member set', { account: by.name, namespace, member: name, role: role ?? 'none' });
    },
    keys: (by) => store.read((db) => keysOf(db, by.id)),
    async addKey(text, by) {
      requireRight(by, 'publish');
      const { id, key } = readKey(text);
      const at = now().toISOString();
      if (!(await store.write((db) => addKey(db, { id, key, accountId: by.id, at })))) {
        throw new ServerErrors.INPUT_REFUSED({ reason: 'the key is known already, or was revoked' });
      }
      await audit.record('publisher key added', { account: by.name, key: id });
      return { id, key, createdAt: at, revokedAt: null };
    },
    async revokeKey(id, by) {
      requireRight(by, 'participate');
      const at = now().toISOString();
      if (!(await store.write((db) => revokeKey(db, by.id, id, at)))) throw new ServerErrors.KEY_UNKNOWN({ id });
      await audit.record('publisher key revoked', { account: by.name, key: id });
    },
  };
}

/** @throws ServerErrors.INPUT_REFUSED */
function readKey(text: string): { readonly id: string; readonly key: string } {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'ed25519') return { id: keyIdOf(key), key: publicKeyText(key) };
  } catch (cause) {
    throw new ServerErrors.INPUT_REFUSED({ reason: 'the key is no SPKI in base64' }, { cause });
  }
  throw new ServerErrors.INPUT_REFUSED({ reason: 'the key is of another kind than Ed25519' });
}
