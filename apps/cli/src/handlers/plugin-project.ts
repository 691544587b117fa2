import { join, relative, resolve } from 'node:path';
import { PluginErrors } from '@seaworthy/plugins';
import { createPluginProject } from '@seaworthy/plugins/create';
import { onEachTier } from '@seaworthy/plugins/testing';
import { exitCodes } from '../exit-codes.ts';
import { loadMessages } from '../i18n/messages.ts';
import type { Io } from '../io.ts';
import { printable } from '../reporters/text.ts';

export interface NewFlags {
  readonly directory?: string;
  readonly language?: string;
  readonly description?: string;
}

/** Writes a plugin to begin with into a directory that is new or empty. @throws INVALID_OPTION, FOLDER_TAKEN of plugins */
export async function create({ directory, language, description }: NewFlags, name: string, io: Io): Promise<number> {
  const target = resolve(io.cwd, directory ?? name.slice(name.indexOf('/') + 1));
  const { files, commands } = await createPluginProject(target, {
    name,
    // What is no language is refused there, with those that are.
    ...(language !== undefined && { language: language as 'typescript' | 'javascript' }),
    ...(description !== undefined && { description }),
  });
  const shown = relative(io.cwd, target) || '.';
  io.stdout.write(files.map((file) => `${printable(join(shown, file))}\n`).join(''));
  const { plugin } = await loadMessages(io.locale);
  io.stderr.write(`${plugin.next(printable(shown), commands)}\n`);
  return exitCodes.clean;
}

/**
 * Starts and stops a built plugin in every tier that its manifest allows, and tells what it has left behind; 1 when it fails in one of them.
 *
 * @throws CODE_REFUSED of plugins when the directory has no plugin
 */
export async function tryOut(directory: string | undefined, io: Io): Promise<number> {
  const started: string[] = [];
  const failures: string[] = [];
  try {
    await onEachTier(resolve(io.cwd, directory ?? '.'), (_plugin, tier) => void started.push(tier));
  } catch (error) {
    if (!PluginErrors.TIERS_FAILED.is(error)) throw error;
    failures.push(...String(error.params.list).split('\n'));
  }
  const isFailed = (tier: string): boolean => failures.some((line) => line.startsWith(`- ${tier}: `));
  const passed = started.filter((tier) => !isFailed(tier));
  const { plugin } = await loadMessages(io.locale);
  const lines = [
    ...passed.map((tier) => plugin.leavesNothing(tier)),
    ...failures.map((line) => line.replace(/^- /, '')),
  ];
  io.stdout.write(lines.map((line) => `${printable(line)}\n`).join(''));
  return failures.length === 0 ? exitCodes.clean : exitCodes.found;
}
