import { buildCommand, buildRouteMap, type Command, type FlagParametersForType, type RouteMap } from '@stricli/core';
import type { PushFlags } from '../handlers/push.ts';
import type { ShowFlags } from '../handlers/report.ts';
import type { DiffFlags } from '../handlers/report-diff.ts';
import { diffFormats } from '../reporters/diff.ts';
import { formats } from '../reporters/formats.ts';
import type { CliContext } from './context.ts';
import { text, valued } from './parameters.ts';

/** `seaworthy report …` */
export function reportCommands(): RouteMap<CliContext> {
  return buildRouteMap({
    routes: { push: pushCommand(), show: showCommand(), diff: diffCommand() },
    docs: { brief: 'Send reports to a server, show and compare them' },
  });
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

function showCommand(): Command<CliContext> {
  const file = { brief: 'A JSON report', parse: text, placeholder: 'file' };
  return buildCommand<ShowFlags, [string], CliContext>({
    docs: { brief: 'Write a JSON report in another format' },
    parameters: {
      positional: { kind: 'tuple', parameters: [file] },
      flags: { format: valued(`How to write it: ${formats.join(', ')}`, 'name', formats) },
      aliases: { f: 'format' },
    },
    loader: async () => {
      const [{ conclude }, { show }] = await Promise.all([import('./conclude.ts'), import('../handlers/report.ts')]);
      return function (given, path) {
        return conclude(this, (io) => show(given, path, io));
      };
    },
  });
}

const diffDescription = `Exits with 1 when the later report has findings at or above --fail-on that the earlier one has not. Lines that moved are no difference.

Each is a file, - for standard input, or the address of a report on a server. With one report, it is compared with the newest that the server has of its project.`;

function diffCommand(): Command<CliContext> {
  const before = { brief: 'The earlier JSON report; may be left out with --url', parse: text, placeholder: 'before' };
  const after = { brief: 'The later JSON report', parse: text, placeholder: 'after', optional: true } as const;
  return buildCommand<DiffFlags, [string, string?], CliContext>({
    docs: { brief: 'Tell which findings are new, and which are gone', fullDescription: diffDescription },
    parameters: {
      positional: { kind: 'tuple', parameters: [before, after] },
      flags: {
        format: { kind: 'enum', values: diffFormats, default: 'pretty', brief: 'How to write it' },
        failOn: {
          kind: 'enum',
          values: ['error', 'warning', 'info', 'never'],
          default: 'info',
          brief: 'Exit with 1 when a finding of this severity or above is new',
        },
        url: valued('The server, such as https://seaworthy.example.com', 'url'),
        config: valued('Use this config file', 'file'),
      },
      aliases: { f: 'format' },
    },
    loader: async () => {
      const [{ conclude }, { diff }] = await Promise.all([
        import('./conclude.ts'),
        import('../handlers/report-diff.ts'),
      ]);
      return function (given, first, second) {
        return conclude(this, (io) => diff(given, first, second, io));
      };
    },
  });
}
