import { basename } from 'node:path';
import { messageOf } from './isolate.ts';
import { isRecord, unknownNames } from './manifest-values.ts';
import type { PluginManifest } from './manifest.ts';
import type { PluginPackage } from './sources.ts';

/** The fields of `package.json` → `"seaworthy"`; id, version and licence are those of the package. */
const fields = [
  'api',
  'entry',
  'dependencies',
  'optionalDependencies',
  'conflicts',
  'provides',
  'failure',
  'startTimeoutMs',
  'stopTimeoutMs',
  'isolation',
  'inlineOnly',
  'activation',
  'contributes',
  'permissions',
  'limits',
  'stateVersion',
  'configVersion',
] as const satisfies readonly (keyof PluginManifest)[];

type Read = Pick<PluginPackage, 'manifest' | 'problem'>;

/** Reads the text of a `package.json`; nothing when the package is no plugin. */
export function readManifest(text: string, path: string): Read | undefined {
  const broken = (problem: string): Read => ({ manifest: { id: basename(path) }, problem });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return broken(`has a package.json that cannot be parsed: ${messageOf(error)}`);
  }
  if (!isRecord(content)) return undefined;
  const { name, version, license, seaworthy } = content;
  // The settings of an audit stand under the same name.
  if (!isRecord(seaworthy) || !fields.some((field) => Object.hasOwn(seaworthy, field))) return undefined;
  if (typeof name !== 'string' || name === '') return broken('has a package.json without a name');
  const manifest = { ...pick(seaworthy), id: name, ...(version !== undefined && { version }) };
  // Whatever is there is checked with the other manifests, where all problems come together.
  const checked = { ...manifest, ...(license !== undefined && { licence: license }) } as PluginManifest;
  const [problem = seaworthy['api'] === undefined ? 'does not say which `api` it is for' : undefined] = unknownNames(
    'seaworthy',
    seaworthy,
    fields,
  );
  return { manifest: checked, ...(problem !== undefined && { problem }) };
}

function pick(seaworthy: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const known = fields.filter((field) => Object.hasOwn(seaworthy, field));
  return Object.fromEntries(known.map((field) => [field, seaworthy[field]]));
}
