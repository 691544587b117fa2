import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PluginErrors } from '../errors.ts';
import type { PluginCode } from '../isolation/tier.ts';
import { isRecord } from '../manifest-values.ts';
import type { RegistrySignature } from './registry-signature.ts';

/** What is known about an installed plugin beside its files. Nothing in it is believed before it is checked. */
export interface PluginEvidence {
  /** DSSE envelopes of publishers. */
  readonly envelopes: readonly unknown[];
  /** `dist.integrity`, `dist.signatures` and `time` of its version, as the registry served them. */
  readonly registry?: {
    readonly integrity: string;
    readonly signatures: readonly RegistrySignature[];
    readonly publishedAt?: string;
  };
  /** The packed package; a signature of the registry says nothing about files without it. */
  readonly archive?: Uint8Array;
  /** Digests of the files when they were installed: to say which one has changed. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Where the evidence of an installed plugin lies: beside its folder, so that it does not change the folder. */
export function evidencePaths(directory: URL): { readonly document: string; readonly archive: string } {
  const folder = fileURLToPath(directory).replace(/[/\\]$/, '');
  return { document: `${folder}.trust.json`, archive: `${folder}.tgz` };
}

/** Reads what `installPlugin` has written; nothing of it has to be there. @throws EVIDENCE_UNREADABLE */
export async function readEvidence({ id, directory }: PluginCode, signal?: AbortSignal): Promise<PluginEvidence> {
  const paths = evidencePaths(directory);
  const [text, archive] = await Promise.all([
    readIfThere(paths.document, id, signal),
    readIfThere(paths.archive, id, signal),
  ]);
  return {
    ...(text ? parseEvidence(text.toString('utf8'), id, paths.document) : { envelopes: [] }),
    ...(archive && { archive }),
  };
}

async function readIfThere(path: string, plugin: string, signal?: AbortSignal): Promise<Buffer | undefined> {
  try {
    return await readFile(path, { ...(signal && { signal }) });
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new PluginErrors.EVIDENCE_UNREADABLE({ plugin, path, reason: String(cause) }, { cause });
  }
}

function parseEvidence(text: string, plugin: string, path: string): PluginEvidence {
  const unreadable = (reason: string, cause?: unknown): Error =>
    new PluginErrors.EVIDENCE_UNREADABLE({ plugin, path, reason }, { cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadable('it is no JSON', cause);
  }
  if (!isEvidence(value)) throw unreadable('it is no { envelopes, registry?, files? }');
  return value;
}

function isEvidence(value: unknown): value is PluginEvidence {
  if (!isRecord(value) || !Array.isArray(value['envelopes'])) return false;
  const { registry, files } = value;
  const areFiles =
    files === undefined || (isRecord(files) && Object.values(files).every((each) => typeof each === 'string'));
  return areFiles && (registry === undefined || isRegistry(registry));
}

function isRegistry(value: unknown): boolean {
  if (!isRecord(value) || typeof value['integrity'] !== 'string' || !Array.isArray(value['signatures'])) return false;
  const { publishedAt, signatures } = value;
  const areSigned = (signatures as readonly unknown[]).every(
    (each) => isRecord(each) && typeof each['keyid'] === 'string' && typeof each['sig'] === 'string',
  );
  return areSigned && (publishedAt === undefined || typeof publishedAt === 'string');
}
