import {
  buildCommand,
  buildRouteMap,
  type Command,
  type FlagParametersForType,
  type RouteMap,
  type TypedPositionalParameter,
} from '@stricli/core';
import type { FlagsQuestion } from '../handlers/flags.ts';
import type { CliContext } from './context.ts';
import { text, toggle, valued } from './parameters.ts';

/** `seaworthy flags …` */
export function flagsCommands(): RouteMap<CliContext> {
  return buildRouteMap({
    routes: {
      list: fileCommand<JsonFlags>('list', 'List the flags, whose they are and until when', { json }),
      lint: fileCommand<JsonFlags>('lint', 'Tell what is wrong or careless', { json }),
      stale: fileCommand<StaleFlags>('stale', 'Tell what can be removed', {
        json,
        now: valued('What "expired" is measured by', 'date'),
        evaluated: valued('A JSON list of the keys that were evaluated', 'file'),
      }),
      explain: explainCommand(),
      export: fileCommand<ExportFlags>('export', 'Write plain flagd, without the operator "flag"', {
        json,
        bucketing,
        out: valued('Where to write it', 'file'),
      }),
    },
    docs: { brief: 'Look at a file of feature flags' },
  });
}

// Types, not interfaces: only these are records of options too.
type JsonFlags = { readonly json?: boolean };
type StaleFlags = JsonFlags & { readonly now?: string; readonly evaluated?: string };
type ExplainFlags = JsonFlags & { readonly context?: string; readonly bucketing?: string };
type ExportFlags = JsonFlags & { readonly out?: string; readonly bucketing?: string };

const json = toggle('One JSON value on standard output');
const bucketing = valued('How subjects are bucketed: v1, v2 or v3', 'version');
const file: TypedPositionalParameter<string, CliContext> = {
  brief: "A file in flagd's format",
  parse: text,
  placeholder: 'file',
};

function fileCommand<Flags extends JsonFlags>(
  command: FlagsQuestion['command'],
  brief: string,
  flags: FlagParametersForType<Flags, CliContext>,
): Command<CliContext> {
  return buildCommand<Flags, [string], CliContext>({
    docs: { brief },
    parameters: { positional: { kind: 'tuple', parameters: [file] }, flags },
    loader: async () => {
      const ask = await loadAsk();
      return function (options, path) {
        return ask(this, { command, options, words: [path] });
      };
    },
  });
}

function explainCommand(): Command<CliContext> {
  const key = { brief: 'The key of a flag', parse: text, placeholder: 'key' };
  return buildCommand<ExplainFlags, [string, string], CliContext>({
    docs: { brief: 'Tell which rules decide, why, and how a subject came into its bucket' },
    parameters: {
      positional: { kind: 'tuple', parameters: [file, key] },
      flags: { json, bucketing, context: valued('What the flag is evaluated about', 'json') },
    },
    loader: async () => {
      const ask = await loadAsk();
      return function (options, path, flag) {
        return ask(this, { command: 'explain', options, words: [path, flag] });
      };
    },
  });
}

async function loadAsk(): Promise<(context: CliContext, question: FlagsQuestion) => Promise<void>> {
  const [{ conclude }, { askFlags }] = await Promise.all([import('./conclude.ts'), import('../handlers/flags.ts')]);
  return (context, question) => conclude(context, (io) => askFlags(question, io));
}
