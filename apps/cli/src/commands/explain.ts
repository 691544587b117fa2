import { buildCommand, type Command } from '@stricli/core';
import type { CliContext } from './context.ts';
import { text } from './parameters.ts';

/** `seaworthy explain <id>` */
export function explainCommand(): Command<CliContext> {
  return buildCommand<object, [string], CliContext>({
    docs: { brief: 'Explain a rule or an error code' },
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [
          {
            brief: 'A rule such as SEA-R001, or a code such as seaworthy.config.INVALID',
            parse: text,
            placeholder: 'id',
          },
        ],
      },
    },
    loader: async () => {
      const [{ conclude }, { explain }] = await Promise.all([
        import('./conclude.ts'),
        import('../handlers/explain.ts'),
      ]);
      return function (_flags, id) {
        return conclude(this, (io) => explain({}, id, io));
      };
    },
  });
}
