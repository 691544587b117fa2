import { buildApplication, buildRouteMap, type Application } from '@stricli/core';
import { readVersion } from '../version.ts';
import { auditCommand } from './audit.ts';
import { completionCommands } from './completion.ts';
import { configCommands } from './config.ts';
import type { CliContext } from './context.ts';
import { explainCommand } from './explain.ts';
import { flagsCommands } from './flags.ts';
import { initCommand } from './init.ts';
import { lspCommand } from './lsp.ts';
import { logsCommands } from './logs.ts';
import { reportCommands } from './report.ts';
import { rulesCommand } from './rules.ts';

/** All commands. What a command does is loaded when it runs. */
export function buildApp(): Application<CliContext> {
  const root = buildRouteMap({
    routes: {
      audit: auditCommand(),
      init: initCommand(),
      explain: explainCommand(),
      rules: rulesCommand(),
      report: reportCommands(),
      logs: logsCommands(),
      lsp: lspCommand(),
      flags: flagsCommands(),
      config: configCommands(),
      completion: completionCommands(),
    },
    docs: { brief: 'Tells whether a code base is ready for production, why not, and how to fix it.' },
  });
  return buildApplication(root, {
    name: 'seaworthy',
    versionInfo: { getCurrentVersion: async () => readVersion() },
    scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
    documentation: { caseStyle: 'convert-camel-to-kebab', disableAnsiColor: true },
  });
}
