import { resolve } from 'node:path';
import { CliErrors } from '../errors.ts';
import { staysInRepository } from './locate.ts';
import type { LoadedSettings } from './settings.ts';

/** A secret, and the address it is sent to. */
export interface SecretTarget {
  /** The keys of the settings. */
  readonly secret: string;
  readonly target: string;
  /** How to name the address: the beginning of a sentence. */
  readonly advice: string;
}

/**
 * Refuses to send a secret of who runs the command to an address that a file of the project names (decision 31). A secret
 * of that very project may go where the project says.
 *
 * @throws TARGET_NOT_YOURS
 */
export function expectOwnTarget(
  { isOfProject, sourceOf }: Pick<LoadedSettings, 'isOfProject' | 'sourceOf'>,
  { secret, target, advice }: SecretTarget,
): void {
  if (!isOfProject(target) || isOfProject(secret)) return;
  const [secretSource, targetSource] = [sourceOf(secret), sourceOf(target)];
  throw new CliErrors.TARGET_NOT_YOURS({ secret, secretSource, target, targetSource, advice });
}

/**
 * Refuses to write a report, or a baseline, where only a file of the project says, unless that is in the project.
 *
 * @param key The setting that says where.
 * @param directory The one that is audited, absolute.
 * @throws OUTPUT_NOT_YOURS
 */
export async function expectOwnOutput(
  { isOfProject, sourceOf }: Pick<LoadedSettings, 'isOfProject' | 'sourceOf'>,
  output: string,
  { cwd, directory, key = 'output' }: { readonly cwd: string; readonly directory: string; readonly key?: string },
): Promise<void> {
  if (!isOfProject(key) || (await staysInRepository(resolve(cwd, output), directory))) return;
  throw new CliErrors.OUTPUT_NOT_YOURS({ output, flag: `--${key}`, source: sourceOf(key) });
}
