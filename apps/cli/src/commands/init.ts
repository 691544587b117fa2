import { buildCommand, type Command } from '@stricli/core';
import type { InitFlags } from '../handlers/init.ts';
import type { CliContext } from './context.ts';
import { text, toggle } from './parameters.ts';

/** `seaworthy init [dir]` */
export function initCommand(): Command<CliContext> {
  const directory = {
    brief: 'The directory of the project; the current one by default',
    parse: text,
    placeholder: 'dir',
  };
  return buildCommand<InitFlags, [string?], CliContext>({
    docs: {
      brief: 'Set a project up: a config file, a workflow for GitHub, a script',
      fullDescription:
        'Asks what is wanted, and writes over nothing without asking. Prints the files that were written.',
    },
    parameters: {
      positional: { kind: 'tuple', parameters: [{ ...directory, optional: true }] },
      flags: { yes: toggle('Ask nothing: write what is missing, and leave what is there') },
      aliases: { y: 'yes' },
    },
    loader: async () => {
      const [{ conclude }, { init }] = await Promise.all([import('./conclude.ts'), import('../handlers/init.ts')]);
      return function (flags, target) {
        return conclude(this, (io) => init(flags, target, io));
      };
    },
  });
}
