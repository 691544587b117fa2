import { buildApplication, buildRouteMap, text_en, type Application, type ApplicationText } from '@stricli/core';
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
import { pluginCommands } from './plugin.ts';
import { reportCommands } from './report.ts';
import { rulesCommand } from './rules.ts';
import { schemaCommands } from './schema.ts';

/** All commands. What a command does is loaded when it runs. @param text What the framework says. @default English */
export function buildApp(text: ApplicationText = text_en): Application<CliContext> {
  const root = buildRouteMap({
    routes: {
      audit: auditCommand(),
      init: initCommand(),
      explain: explainCommand(),
      rules: rulesCommand(),
      report: reportCommands(),
      plugin: pluginCommands(),
      schema: schemaCommands(),
      logs: logsCommands(),
      lsp: lspCommand(),
      flags: flagsCommands(),
      config: configCommands(),
      completion: completionCommands(),
    },
    docs: {
      brief: 'Tells whether a code base is ready for production, why not, and how to fix it.',
      fullDescription:
        'Tells whether a code base is ready for production, why not, and how to fix it.\n\nEvery command takes --locale en or --locale de; otherwise LC_ALL, LC_MESSAGES and LANG say what is spoken.',
    },
  });
  return buildApplication(root, {
    name: 'seaworthy',
    localization: { text },
    versionInfo: { getCurrentVersion: async () => readVersion() },
    scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
    documentation: { caseStyle: 'convert-camel-to-kebab', disableAnsiColor: true },
  });
}
