import { buildCommand, type Command } from '@stricli/core';
import type { RulesFlags } from '../handlers/rules.ts';
import type { CliContext } from './context.ts';

/** `seaworthy rules` */
export function rulesCommand(): Command<CliContext> {
  return buildCommand<RulesFlags, [], CliContext>({
    docs: { brief: 'List all rules' },
    parameters: {
      flags: {
        format: { kind: 'enum', values: ['pretty', 'json'], default: 'pretty', brief: 'How to write the list' },
      },
      aliases: { f: 'format' },
    },
    loader: async () => {
      const [{ conclude }, { rules }] = await Promise.all([import('./conclude.ts'), import('../handlers/rules.ts')]);
      return function (flags) {
        return conclude(this, (io) => rules(flags, undefined, io));
      };
    },
  });
}
