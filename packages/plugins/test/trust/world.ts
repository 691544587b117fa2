// A publisher with a key, a root that lists it, and a folder of plugins.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createPluginHost, folder, type AuditEntry, type PluginHost } from '../../src/index.ts';
import {
  createTrust,
  installPlugin,
  keyIdOf,
  openKeys,
  publicKeyText,
  signKeys,
  signPlugin,
  type InstallOptions,
  type InstalledPlugin,
  type KeyRing,
  type PublisherKey,
  type TrustOptions,
  type TrustPolicyInput,
  type TrustWarning,
} from '../../src/trust.ts';
import { recording } from '../packages.ts';
import { packed } from './tar.ts';

export interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly id: string;
}

export function pair(): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { publicKey, privateKey, id: keyIdOf(publicKey) };
}

export const now: number = Date.parse('2030-06-01T00:00:00Z');
const root = pair();

/** A keys file that the root has signed, opened. */
export function ringOf(keys: readonly (readonly [Pair, Partial<PublisherKey>?])[]): KeyRing {
  const listed = keys.map(([{ publicKey }, more]) => ({ key: publicKeyText(publicKey), ...more }));
  const content = { version: 1, expires: '2031-01-01T00:00:00Z', keys: listed };
  return openKeys([signKeys(content, [root.privateKey])], { keys: [root.publicKey] }, { now });
}

export interface Made {
  readonly name?: string;
  readonly version?: string;
  readonly seaworthy?: object;
  readonly files?: Readonly<Record<string, string>>;
}

/** A packed plugin that writes its hooks into the list of its name. */
export function make({ name = '@acme/exporter', version = '1.0.0', seaworthy = {}, files = {} }: Made = {}): Buffer {
  return packed({
    'package.json': JSON.stringify({ name, version, type: 'module', seaworthy: { api: '^0.1.0', ...seaworthy } }),
    'index.js': recording(name),
    ...files,
  });
}

/** Packs, signs and installs a plugin. */
export async function publish(
  path: string,
  keys: readonly Pair[],
  made?: Made,
  more?: InstallOptions,
): Promise<InstalledPlugin> {
  const archive = make(made);
  const envelopes =
    keys.length > 0
      ? [
          await signPlugin(
            archive,
            keys.map(({ privateKey }) => privateKey),
          ),
        ]
      : [];
  return await installPlugin(archive, path, { envelopes, ...more });
}

export interface Started {
  readonly host: PluginHost;
  readonly audit: readonly AuditEntry[];
  readonly warnings: readonly TrustWarning[];
}

/** Starts a host on a folder, under a policy that lets plugins say what they do. */
export async function start(
  path: string,
  policy: TrustPolicyInput,
  options: Partial<TrustOptions> = {},
): Promise<Started> {
  const audit: AuditEntry[] = [];
  const warnings: TrustWarning[] = [];
  const trust = createTrust({
    // What `recording` does would otherwise be found.
    policy: { imports: { allow: ['computed-global'] }, ...policy },
    audit: { record: (entry) => audit.push(entry) },
    onWarning: (warning) => warnings.push(warning),
    now: () => now,
    ...options,
  });
  const host = await createPluginHost({ sources: [folder(path)], policy: trust });
  await host.start();
  return { host, audit, warnings };
}
