import { buildCommand, type Command } from '@stricli/core';
import type { CliContext } from './context.ts';
import { toggle } from './parameters.ts';

const description = `Speaks the Language Server Protocol over standard input and output. An editor starts it: findings are shown in place, with their explanation and what can be done about them.

Exit codes: 0 after \`shutdown\`, 1 when the editor has gone without it, 130 interrupted.`;

/** `seaworthy lsp` */
export function lspCommand(): Command<CliContext> {
  return buildCommand<{ readonly stdio?: boolean }, [], CliContext>({
    docs: { brief: 'Show findings in an editor, as a language server', fullDescription: description },
    parameters: { flags: { stdio: toggle('Over standard input and output, which it always does') } },
    loader: async () => {
      const [{ conclude }, { lsp }] = await Promise.all([import('./conclude.ts'), import('../handlers/lsp.ts')]);
      return function (flags) {
        return conclude(this, (io) => lsp(flags, io));
      };
    },
  });
}
