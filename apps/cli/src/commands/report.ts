import { buildCommand, buildRouteMap, type Command, type FlagParametersForType, type RouteMap } from '@stricli/core';
import type { PushFlags } from '../handlers/push.ts';
import type { CliContext } from './context.ts';
import { text, valued } from './parameters.ts';

/** `seaworthy report …` */
export function reportCommands(): RouteMap<CliContext> {
  return buildRouteMap({ routes: { push: pushCommand() }, docs: { brief: 'Send reports to a server' } });
}

const flags: FlagParametersForType<PushFlags, CliContext> = {
  url: valued('The server, such as https://seaworthy.example.com', 'url'),
  token: valued('The bearer token; better kept in SEAWORTHY_PUSH_TOKEN', 'token'),
  config: valued('Use this config file', 'file'),
};

const description = `Pushes the bytes of a JSON report, as \`seaworthy audit --format json\` writes it, and prints its address on the server.

Without a file the current directory is audited; - reads standard input.`;

function pushCommand(): Command<CliContext> {
  const file = { brief: 'The report, or - for standard input', parse: text, placeholder: 'file' };
  return buildCommand<PushFlags, [string?], CliContext>({
    docs: { brief: 'Push a report to a server', fullDescription: description },
    parameters: { positional: { kind: 'tuple', parameters: [{ ...file, optional: true }] }, flags },
    loader: async () => {
      const [{ conclude }, { push }] = await Promise.all([import('./conclude.ts'), import('../handlers/push.ts')]);
      return function (given, target) {
        return conclude(this, (io) => push(given, target, io));
      };
    },
  });
}
