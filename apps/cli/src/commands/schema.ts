import {
  buildCommand,
  buildRouteMap,
  type Command,
  type FlagParametersForType,
  type RouteMap,
  type TypedPositionalParameter,
} from '@stricli/core';
import type { SchemaQuestion } from '../handlers/schema.ts';
import type { CliContext } from './context.ts';
import { text, toggle, valued } from './parameters.ts';

/** `seaworthy schema …` */
export function schemaCommands(): RouteMap<CliContext> {
  return buildRouteMap({
    routes: {
      check: modulesCommand<CheckFlags>('check', 'Fail when schemas that were published are broken', {
        ...lockFlags,
        format: valued('text, json, github or junit', 'name', ['text', 'json', 'github', 'junit']),
        strict: toggle('Fail on warnings too'),
      }),
      update: modulesCommand<LockFlags>('update', 'Check, then write the lock', lockFlags),
      show: subjectCommand('show', 'Write a version as JSON Schema', [subject, { ...version, optional: true }]),
      diff: subjectCommand('diff', 'Tell what has changed between two versions, in both directions', [
        subject,
        version,
        version,
      ]),
    },
    docs: { brief: 'Look after the schemas of a module; the module is run' },
  });
}

type LockFlags = { readonly lock?: string; readonly mode?: string };
type CheckFlags = LockFlags & { readonly format?: string; readonly strict?: boolean };

const lockFlags: FlagParametersForType<LockFlags, CliContext> = {
  lock: valued('What was published; schemas.lock.json by default', 'file'),
  mode: valued('What new versions must keep to; BACKWARD by default', 'mode', ['BACKWARD', 'FORWARD', 'FULL', 'NONE']),
};

const module: TypedPositionalParameter<string, CliContext> = {
  brief: 'A module that exports subjects or registries',
  parse: text,
  placeholder: 'module',
};
const subject: Word = { placeholder: 'subject' };
const version: Word = { placeholder: 'version' };

function modulesCommand<Flags extends LockFlags>(
  command: SchemaQuestion['command'],
  brief: string,
  flags: FlagParametersForType<Flags, CliContext>,
): Command<CliContext> {
  return buildCommand<Flags, string[], CliContext>({
    docs: { brief },
    parameters: { positional: { kind: 'array', parameter: module, minimum: 1 }, flags },
    loader: async () => {
      const ask = await loadAsk();
      return function (options, ...words) {
        return ask(this, { command, options, words });
      };
    },
  });
}

/** A word after the module. */
interface Word {
  readonly placeholder: string;
  readonly optional?: boolean;
}

function subjectCommand(
  command: SchemaQuestion['command'],
  brief: string,
  others: readonly Word[],
): Command<CliContext> {
  return buildCommand<object, string[], CliContext>({
    docs: { brief, customUsage: [`module ${others.map(({ placeholder }) => placeholder).join(' ')}`] },
    parameters: {
      positional: {
        kind: 'array',
        parameter: { ...module, brief: `The module, then ${others.map(({ placeholder }) => placeholder).join(', ')}` },
        minimum: others.filter(({ optional }) => optional !== true).length + 1,
        maximum: others.length + 1,
      },
    },
    loader: async () => {
      const ask = await loadAsk();
      return function (options, ...words) {
        return ask(this, { command, options: { ...options }, words });
      };
    },
  });
}

async function loadAsk(): Promise<(context: CliContext, question: SchemaQuestion) => Promise<void>> {
  const [{ conclude }, { askSchemas }] = await Promise.all([import('./conclude.ts'), import('../handlers/schema.ts')]);
  return (context, question) => conclude(context, (io) => askSchemas(question, io));
}
