import { buildCommand, buildRouteMap, proposeCompletions, type Command, type RouteMap } from '@stricli/core';
import { shells } from '../handlers/completion.ts';
import type { CliContext } from './context.ts';
import { text } from './parameters.ts';

/** `seaworthy completion …` */
export function completionCommands(): RouteMap<CliContext> {
  const [bash, zsh, fish] = shells.map(scriptCommand);
  return buildRouteMap({
    routes: { bash: bash!, zsh: zsh!, fish: fish!, propose: proposeCommand() },
    docs: {
      brief: 'Write a script that completes commands in a shell: bash, zsh or fish',
      hideRoute: { propose: true },
    },
  });
}

function scriptCommand(shell: (typeof shells)[number]): Command<CliContext> {
  return buildCommand<object, [], CliContext>({
    docs: { brief: `Write the script for ${shell}; its first lines say where to put it` },
    parameters: {},
    loader: async () => {
      const [{ conclude }, { script }] = await Promise.all([
        import('./conclude.ts'),
        import('../handlers/completion.ts'),
      ]);
      return function () {
        return conclude(this, (io) => script(shell, io));
      };
    },
  });
}

/** What the scripts ask: the words so far, the last of which is being typed. */
function proposeCommand(): Command<CliContext> {
  const words = { brief: 'The words so far', parse: text, placeholder: 'word' };
  return buildCommand<object, string[], CliContext>({
    docs: { brief: 'Propose how the last word goes on' },
    parameters: { positional: { kind: 'array', parameter: words } },
    loader: async () => {
      const [{ conclude }, { buildApp }] = await Promise.all([import('./conclude.ts'), import('./app.ts')]);
      return function (_flags, ...given) {
        return conclude(this, async (io) => {
          const proposals = await proposeCompletions(buildApp(), given, this);
          io.stdout.write(proposals.map(({ completion }) => `${completion}\n`).join(''));
          return 0;
        });
      };
    },
  });
}
