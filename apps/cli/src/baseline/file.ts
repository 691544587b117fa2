import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliErrors } from '../errors.ts';
import { writeAtomically } from '../output.ts';
import { reasonOf, sentence } from '../project/problem.ts';
import { isRecord } from '../project/record.ts';
import type { Baseline, BaselineEntry } from './baseline.ts';

/** Reads a baseline. @throws BASELINE_UNREADABLE; the signal's reason */
export async function readBaseline(path: string, cwd: string, signal?: AbortSignal): Promise<Baseline> {
  const refuse = (reason: string, cause?: unknown): Error =>
    new CliErrors.BASELINE_UNREADABLE({ path, reason: sentence(reason) }, { cause });
  let value: unknown;
  try {
    value = JSON.parse(await readFile(resolve(cwd, path), { encoding: 'utf8', ...(signal && { signal }) }));
  } catch (error) {
    signal?.throwIfAborted();
    throw refuse(error instanceof SyntaxError ? 'It is not JSON' : reasonOf(error), error);
  }
  if (!isRecord(value) || value['schema'] !== 'seaworthy.baseline') throw refuse('It is no seaworthy.baseline');
  if (value['schemaVersion'] !== 1) throw refuse('It is of a version that this command does not know');
  const { findings } = value;
  if (!Array.isArray(findings) || !findings.every(isEntry)) throw refuse('One of its findings is incomplete');
  return { schema: 'seaworthy.baseline', schemaVersion: 1, findings };
}

function isEntry(value: unknown): value is BaselineEntry {
  return isRecord(value) && ['fingerprint', 'rule', 'file', 'message'].every((key) => typeof value[key] === 'string');
}

/** Writes a baseline as a whole or not at all. @throws OUTPUT_UNWRITABLE; the signal's reason */
export async function writeBaseline(
  path: string,
  cwd: string,
  baseline: Baseline,
  signal?: AbortSignal,
): Promise<void> {
  await writeAtomically(resolve(cwd, path), `${JSON.stringify(baseline, null, 2)}\n`, signal);
}
