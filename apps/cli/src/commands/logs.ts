import { buildCommand, buildRouteMap, type Command, type FlagParametersForType, type RouteMap } from '@stricli/core';
import type { VerifyFlags } from '../handlers/logs.ts';
import type { CliContext } from './context.ts';
import { text, valued } from './parameters.ts';

/** `seaworthy logs …` */
export function logsCommands(): RouteMap<CliContext> {
  return buildRouteMap({ routes: { verify: verifyCommand() }, docs: { brief: 'Check audit logs' } });
}

const flags: FlagParametersForType<VerifyFlags, CliContext> = {
  keyVariable: valued('The environment variable that holds the key of the log', 'name'),
  expected: valued('A head that was kept elsewhere: the log must contain that entry', 'number:hash'),
};

const description = `Checks the chain of an audit log that @seaworthy/logger wrote, and prints its head: kept elsewhere and given to the next check with --expected, it shows that nothing was cut off the end.

Exits with 1 when an entry was edited, removed, swapped or cut off, and names the first bad line.`;

function verifyCommand(): Command<CliContext> {
  return buildCommand<VerifyFlags, [string], CliContext>({
    docs: { brief: 'Check that an audit log was not changed', fullDescription: description },
    parameters: {
      positional: { kind: 'tuple', parameters: [{ brief: 'The audit log', parse: text, placeholder: 'file' }] },
      flags,
    },
    loader: async () => {
      const [{ conclude }, { verify }] = await Promise.all([import('./conclude.ts'), import('../handlers/logs.ts')]);
      return function (given, file) {
        return conclude(this, (io) => verify(given, file, io));
      };
    },
  });
}
