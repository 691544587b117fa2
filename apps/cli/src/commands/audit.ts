import { buildCommand, type Command, type FlagParametersForType } from '@stricli/core';
import type { AuditFlags } from '../handlers/audit.ts';
import { formats } from '../reporters/formats.ts';
import type { CliContext } from './context.ts';
import { repeated, text, toggle, valued } from './parameters.ts';

const flags: FlagParametersForType<AuditFlags, CliContext> = {
  format: valued(`How to write the report: ${formats.join(', ')}`, 'name', formats),
  output: valued('Write the report to a file instead of standard output', 'file'),
  failOn: valued('Exit with 1 from this severity on: error, warning, info, never', 'severity', [
    'error',
    'warning',
    'info',
    'never',
  ]),
  baseline: valued('Hold back the findings that are in this file', 'file'),
  writeBaseline: toggle('Write all findings into the file of --baseline'),
  cache: toggle('Look again only at what has changed since the last run'),
  cacheDirectory: valued('Where to keep what is known, instead of the cache directory of the user', 'directory'),
  production: toggle('Strict: experimental rules are off, every file must be readable'),
  ignore: repeated('Leave out files that match this glob; may be given several times', 'glob'),
  config: valued('Use this config file', 'file'),
  ruleTimeout: valued('How long one rule may take, in milliseconds', 'ms'),
  timings: toggle('Put the duration into the report'),
  push: valued('Also push the report to this server', 'url'),
  token: valued('The bearer token for --push; better kept in SEAWORTHY_PUSH_TOKEN', 'token'),
  fix: toggle('Mend what can be mended safely, and report the rest'),
  dryRun: toggle('With --fix: write a patch to standard output instead, and no file'),
  watch: toggle('Look again whenever a file changes, until Ctrl-C'),
  verbose: toggle('Log to standard error'),
};

const description = `Looks at a code base and says what keeps it from production.

Exit codes: 0 nothing at or above --fail-on, 1 something found, 2 asked wrongly, 3 could not finish looking, 130 interrupted.`;

/** `seaworthy audit [dir]` */
export function auditCommand(): Command<CliContext> {
  const directory = { brief: 'The directory to look at; the current one by default', parse: text, placeholder: 'dir' };
  return buildCommand<AuditFlags, [string?], CliContext>({
    docs: { brief: 'Look at a code base and say what keeps it from production', fullDescription: description },
    parameters: {
      positional: { kind: 'tuple', parameters: [{ ...directory, optional: true }] },
      flags,
      aliases: { f: 'format', o: 'output' },
    },
    loader: async () => {
      const [{ conclude }, { audit }] = await Promise.all([import('./conclude.ts'), import('../handlers/audit.ts')]);
      return function (given, target) {
        return conclude(this, (io) => audit(given, target, io));
      };
    },
  });
}
