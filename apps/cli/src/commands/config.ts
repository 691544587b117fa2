import { buildCommand, buildRouteMap, type Command, type RouteMap, type TypedPositionalParameter } from '@stricli/core';
import type { ConfigDocsFlags, ConfigFlags } from '../handlers/config.ts';
import type { CliContext } from './context.ts';
import { repeated, text, toggle, valued } from './parameters.ts';

/** `seaworthy config …` */
export function configCommands(): RouteMap<CliContext> {
  return buildRouteMap({
    routes: {
      show: valuesCommand('show', 'Show every value and where it came from, without secrets'),
      docs: docsCommand(),
      check: valuesCommand('check', 'Tell everything that is wrong with the values'),
    },
    docs: { brief: 'Look at the configuration of a service' },
  });
}

const module: TypedPositionalParameter<string, CliContext> = {
  brief: 'The module that exports the configuration; it is run',
  parse: text,
  placeholder: 'module',
};

const description = `The module exports what defineConfig of @seaworthy/config answers as "default", "definition" or "config", and its sources as a list named "sources", if there are any. A configuration that the module has loaded itself is taken as it is.

Files and variables of the flags win over the sources of the module.`;

function valuesCommand(verb: 'show' | 'check', brief: string): Command<CliContext> {
  return buildCommand<ConfigFlags, [string], CliContext>({
    docs: { brief, fullDescription: description },
    parameters: {
      positional: { kind: 'tuple', parameters: [module] },
      flags: {
        file: repeated('A file to read; "{env}" in its name is the environment', 'file'),
        prefix: valued('The prefix of the environment variables to read, such as APP', 'name'),
        json: toggle('One JSON value on standard output'),
      },
    },
    loader: async () => {
      const [{ conclude }, handlers] = await load();
      return function (given, path) {
        return conclude(this, (io) => handlers[verb](given, path, io));
      };
    },
  });
}

function docsCommand(): Command<CliContext> {
  return buildCommand<ConfigDocsFlags, [string], CliContext>({
    docs: { brief: 'Write what can be configured as Markdown, or as JSON Schema' },
    parameters: {
      positional: { kind: 'tuple', parameters: [module] },
      flags: {
        prefix: valued('The prefix of the environment variables, which are named then', 'name'),
        schema: toggle('JSON Schema for editors instead of Markdown'),
        out: valued('Where to write it', 'file'),
      },
    },
    loader: async () => {
      const [{ conclude }, { docs }] = await load();
      return function (given, path) {
        return conclude(this, (io) => docs(given, path, io));
      };
    },
  });
}

async function load() {
  return Promise.all([import('./conclude.ts'), import('../handlers/config.ts')]);
}
