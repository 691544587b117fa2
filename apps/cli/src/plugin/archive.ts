import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isSeaworthyError } from '@seaworthy/errors';
import { claimOf, envelopesIn, verifyClaim, type PluginClaim } from '@seaworthy/plugins/trust';
import type { KeyObject } from 'node:crypto';
import { CliErrors } from '../errors.ts';
import { reasonOf, sentence } from '../project/problem.ts';

/** Reads a file that a command needs. @throws INPUT_UNREADABLE */
export async function readInput(path: string, cwd: string): Promise<Buffer> {
  try {
    return await readFile(resolve(cwd, path));
  } catch (error) {
    throw new CliErrors.INPUT_UNREADABLE({ path, reason: sentence(reasonOf(error)) }, { cause: error });
  }
}

/** Reads the signatures beside an archive, as `plugin sign` writes them and registries serve them. @throws INPUT_UNREADABLE */
export async function readEnvelopes(path: string, cwd: string): Promise<readonly unknown[]> {
  const text = (await readInput(path, cwd)).toString('utf8');
  const refuse = (cause?: unknown): Error =>
    new CliErrors.INPUT_UNREADABLE({ path, reason: 'It holds no signatures.' }, { cause });
  let envelopes: readonly unknown[];
  try {
    envelopes = envelopesIn(JSON.parse(text));
  } catch (error) {
    throw refuse(error);
  }
  if (envelopes.length === 0) throw refuse();
  return envelopes;
}

/** What checking a signature has come to. */
export type Verdict =
  | { readonly ok: true; readonly claim: PluginClaim; readonly keys: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Whether one of these signatures is by one of these keys and about exactly this archive. */
export async function verifyArchive(
  archive: Uint8Array,
  envelopes: readonly unknown[],
  keys: readonly KeyObject[],
): Promise<Verdict> {
  let reason = 'There is no signature.';
  try {
    const found = await claimOf(archive);
    for (const envelope of envelopes) {
      const outcome = check(envelope, found, keys);
      if (outcome.ok) return outcome;
      reason = outcome.reason;
    }
  } catch (error) {
    reason = saidBy(error);
  }
  return { ok: false, reason };
}

function check(envelope: unknown, found: PluginClaim, keys: readonly KeyObject[]): Verdict {
  try {
    const { claim, keys: signers } = verifyClaim(envelope, found.name, { keys });
    const fields = ['name', 'version', 'integrity', 'tree', 'permissions', 'api'] as const;
    const other = fields.find((field) => claim[field] !== found[field]);
    if (other === undefined) return { ok: true, claim, keys: signers };
    return {
      ok: false,
      reason: `The signature is about another ${other}: ${claim[other]}, and this is ${found[other]}.`,
    };
  } catch (error) {
    return { ok: false, reason: saidBy(error) };
  }
}

/** What the package of plugins says of a wrong archive or signature; anything else is no answer. */
function saidBy(error: unknown): string {
  if (isSeaworthyError(error) && error.code.startsWith('seaworthy.plugins.')) return error.message;
  throw error;
}
