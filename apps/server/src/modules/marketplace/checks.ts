// The automatic part of a certification: what can be told of an archive without running any of it.
import { createPublicKey } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isSeaworthyError } from '@seaworthy/errors';
import type { PluginManifest } from '@seaworthy/plugins';
import { describeFinding, scanPlugin, unpackArchive, verifyClaim } from '@seaworthy/plugins/trust';
import type { CheckResult } from './certification-store.ts';
import { isSpdx } from './licence.ts';

/** What is known of a version beside its archive. */
export interface Candidate {
  readonly name: string;
  readonly version: string;
  readonly archive: AsyncIterable<Uint8Array>;
  /** As the registry has told it from the bytes: `sha512-…`. */
  readonly integrity: string;
  readonly license: string;
  readonly envelopes: readonly unknown[];
  /** Keys in use of the package's owners, as SPKI in base64. */
  readonly keys: readonly string[];
  /** The newest readiness report of a project of this name and version. */
  readonly report: { readonly errors: number; readonly overall: number | null; readonly id: string } | undefined;
}

type Outcome = Omit<CheckResult, 'name'>;

const shownFindings = 50;

/** Runs every check, also after one has failed: whoever is refused is told of all of it at once. */
export async function checkCandidate(candidate: Candidate, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'seaworthy-certify-'));
  try {
    const results: CheckResult[] = [];
    const add = async (name: string, check: () => Outcome | Promise<Outcome>): Promise<boolean> => {
      const outcome = await answering(check);
      results.push({ name, ...outcome });
      return outcome.outcome !== 'failed';
    };
    const isSafe = await add('archive', () => unpack(candidate, folder, signal));
    if (isSafe) {
      const manifest = await readPluginManifest(folder);
      await add('manifest', () => manifestOutcome(manifest, candidate));
      await add('imports', () => scan(manifest ?? { id: candidate.name }, candidate, { folder, signal }));
    }
    await add('signature', () => checkSignature(candidate));
    await add('licence', () => licenceOutcome(candidate));
    await add('report', () => reportOutcome(candidate));
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a check throws as a coded error is its answer; anything else is a mistake of ours, or the end of the server. */
async function answering(check: () => Outcome | Promise<Outcome>): Promise<Outcome> {
  try {
    return await check();
  } catch (error) {
    if (!isSeaworthyError(error)) throw error;
    return failed(error.message);
  }
}

async function unpack({ archive }: Candidate, folder: string, signal: AbortSignal): Promise<Outcome> {
  const { files } = await unpackArchive(archive, folder, { signal });
  return passed(`${files.size} files, and nothing that leads out of its folder`);
}

async function readPluginManifest(folder: string): Promise<PluginManifest | undefined> {
  const { name, version, seaworthy } = JSON.parse(
    (await readFile(join(folder, 'package.json'), 'utf8')).replace(/^\uFEFF/, ''),
  ) as Readonly<Record<string, unknown>>;
  if (typeof seaworthy !== 'object' || seaworthy === null) return undefined;
  return { ...seaworthy, id: String(name), version: String(version) };
}

function manifestOutcome(manifest: PluginManifest | undefined, { name }: Candidate): Outcome {
  if (manifest === undefined) return failed(`package.json of ${name} has no "seaworthy": it is no plugin for a host`);
  const asked = Object.keys(manifest.permissions ?? {});
  return passed(asked.length === 0 ? 'asks for no permission' : `asks for ${asked.join(', ')}`);
}

/** Whatever it imports has to be what its permissions name; how much they name is for the review. */
async function scan(
  manifest: PluginManifest,
  { name, version }: Candidate,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<Outcome> {
  const directory = pathToFileURL(`${folder}/`);
  const code = { id: name, version, directory, entry: new URL(manifest.entry ?? 'index.js', directory), manifest };
  const findings = await scanPlugin(code, { policy: { builtins: ['*'], packages: ['*'] } }, signal);
  if (findings.length === 0) return passed('imports nothing that its permissions do not name');
  return failed(`${findings.length} findings in its code`, findings.slice(0, shownFindings).map(describeFinding));
}

function checkSignature({ name, version, envelopes, keys, integrity }: Candidate): Outcome {
  if (envelopes.length === 0) return failed('no signature of the publisher was sent along');
  if (keys.length === 0) return failed('none of its owners has a publisher key that is in use');
  const trusted = keys.map((key) => createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' }));
  const { claim, keys: signers } = verifyClaim(envelopes[0], name, { keys: trusted });
  if (claim.version !== version || claim.integrity !== integrity) {
    return failed(`the signature is of ${claim.name}@${claim.version} with ${claim.integrity}`);
  }
  return passed(`signed by ${signers.join(', ')}`);
}

function licenceOutcome({ license }: Candidate): Outcome {
  if (isSpdx(license)) return passed(license);
  return failed(license === '' ? 'package.json names no licence' : `${license} is no licence expression of SPDX`);
}

/** Anybody who may push could have sent it: it is something for the reviewer to look at, and never decides alone. */
function reportOutcome({ report, name, version }: Candidate): Outcome {
  if (report === undefined) return warned(`there is no readiness report of ${name} ${version} that everybody may see`);
  const told = `report ${report.id}: ${report.errors} errors, score ${report.overall ?? 'not rated'}`;
  return report.errors === 0 ? passed(told) : warned(told);
}

const passed = (detail: string): Outcome => ({ outcome: 'passed', detail, findings: [] });
const warned = (detail: string): Outcome => ({ outcome: 'warned', detail, findings: [] });
const failed = (detail: string, findings: readonly string[] = []): Outcome => ({ outcome: 'failed', detail, findings });
