import { buildCommand, buildRouteMap, type Command, type RouteMap } from '@stricli/core';
import type { InstallFlags, ListFlags, PublishFlags, SearchFlags, SignFlags, VerifyFlags } from '../handlers/plugin.ts';
import type { NewFlags } from '../handlers/plugin-project.ts';
import type { CliContext } from './context.ts';
import { repeated, text, toggle, valued } from './parameters.ts';

/** `seaworthy plugin …` */
export function pluginCommands(): RouteMap<CliContext> {
  return buildRouteMap({
    routes: {
      new: newCommand(),
      test: testCommand(),
      sign: signCommand(),
      verify: verifyCommand(),
      publish: publishCommand(),
      install: installCommand(),
      list: listCommand(),
      search: searchCommand(),
    },
    docs: { brief: 'Write, try out, sign, publish, find and install plugins' },
  });
}

const archive = { brief: 'What `npm pack` has made', parse: text, placeholder: 'archive' };
const json = toggle('One JSON value on standard output');
const publicKey = repeated('A public key as PEM; one of those given has to have signed', 'file');

function newCommand(): Command<CliContext> {
  const name = { brief: 'Its name, as npm takes it', parse: text, placeholder: 'name' };
  return buildCommand<NewFlags, [string], CliContext>({
    docs: { brief: 'Write a plugin to begin with' },
    parameters: {
      positional: { kind: 'tuple', parameters: [name] },
      flags: {
        directory: valued('A new or empty directory; named like the plugin by default', 'dir'),
        language: valued('typescript or javascript', 'word', ['typescript', 'javascript']),
        description: valued('What it does, in one sentence', 'text'),
      },
    },
    loader: async () => {
      const [{ conclude }, { create }] = await loadProject();
      return function (flags, given) {
        return conclude(this, (io) => create(flags, given, io));
      };
    },
  });
}

function testCommand(): Command<CliContext> {
  const directory = { brief: 'The directory of a built plugin; this one by default', parse: text, placeholder: 'dir' };
  return buildCommand<Readonly<Record<string, never>>, [string?], CliContext>({
    docs: { brief: 'Start and stop a plugin in every tier that it allows, and tell what it leaves behind' },
    parameters: { positional: { kind: 'tuple', parameters: [{ ...directory, optional: true }] }, flags: {} },
    loader: async () => {
      const [{ conclude }, { tryOut }] = await loadProject();
      return function (_flags, path) {
        return conclude(this, (io) => tryOut(path, io));
      };
    },
  });
}

function signCommand(): Command<CliContext> {
  return buildCommand<SignFlags, [string], CliContext>({
    docs: { brief: 'Sign a packed plugin' },
    parameters: {
      positional: { kind: 'tuple', parameters: [archive] },
      flags: {
        key: repeated('A private Ed25519 key as PEM', 'file'),
        out: valued('Where to write the signature, instead of beside the archive', 'file'),
      },
    },
    loader: async () => {
      const [{ conclude }, { sign }] = await load();
      return function (flags, path) {
        return conclude(this, (io) => sign(flags, path, io));
      };
    },
  });
}

function verifyCommand(): Command<CliContext> {
  return buildCommand<VerifyFlags, [string], CliContext>({
    docs: { brief: 'Tell whether a packed plugin is what the owner of a key has signed' },
    parameters: {
      positional: { kind: 'tuple', parameters: [archive] },
      flags: { key: publicKey, signature: valued('The signature, if it is not beside the archive', 'file') },
    },
    loader: async () => {
      const [{ conclude }, { verify }] = await load();
      return function (flags, path) {
        return conclude(this, (io) => verify(flags, path, io));
      };
    },
  });
}

function publishCommand(): Command<CliContext> {
  const target = {
    brief: 'A directory or an archive; the current directory by default',
    parse: text,
    placeholder: 'dir',
  };
  return buildCommand<PublishFlags, [string?], CliContext>({
    docs: { brief: 'Let npm publish a plugin to the registry it is set up for' },
    parameters: {
      positional: { kind: 'tuple', parameters: [{ ...target, optional: true }] },
      flags: {
        tag: valued('The tag of the version', 'name'),
        access: valued('public or restricted', 'word', ['public', 'restricted']),
        dryRun: toggle('Say what would be published, and publish nothing'),
      },
    },
    loader: async () => {
      const [{ conclude }, { publish }] = await load();
      return function (flags, path) {
        return conclude(this, (io) => publish(flags, path, io));
      };
    },
  });
}

function installCommand(): Command<CliContext> {
  const spec = { brief: 'Its name, perhaps with @ and a version', parse: text, placeholder: 'plugin' };
  return buildCommand<InstallFlags, [string], CliContext>({
    docs: { brief: 'Fetch a plugin, check who signed it, and unpack it; no script of it runs' },
    parameters: {
      positional: { kind: 'tuple', parameters: [spec] },
      flags: {
        key: publicKey,
        signature: valued('The file with its signature', 'file'),
        directory: valued('The directory of plugins; plugins by default', 'dir'),
      },
    },
    loader: async () => {
      const [{ conclude }, { install }] = await load();
      return function (flags, name) {
        return conclude(this, (io) => install(flags, name, io));
      };
    },
  });
}

function listCommand(): Command<CliContext> {
  const directory = { brief: 'The directory of plugins; plugins by default', parse: text, placeholder: 'dir' };
  return buildCommand<ListFlags, [string?], CliContext>({
    docs: { brief: 'List the plugins that are installed in a directory' },
    parameters: { positional: { kind: 'tuple', parameters: [{ ...directory, optional: true }] }, flags: { json } },
    loader: async () => {
      const [{ conclude }, { list }] = await load();
      return function (flags, path) {
        return conclude(this, (io) => list(flags, path, io));
      };
    },
  });
}

function searchCommand(): Command<CliContext> {
  const words = { brief: 'Words to look for', parse: text, placeholder: 'word' };
  return buildCommand<SearchFlags, string[], CliContext>({
    docs: { brief: 'Search the registry for packages with the keyword seaworthy-plugin' },
    parameters: { positional: { kind: 'array', parameter: words }, flags: { json } },
    loader: async () => {
      const [{ conclude }, { search }] = await load();
      return function (flags, ...given) {
        return conclude(this, (io) => search(flags, given, io));
      };
    },
  });
}

async function loadProject() {
  return Promise.all([import('./conclude.ts'), import('../handlers/plugin-project.ts')]);
}

async function load() {
  return Promise.all([import('./conclude.ts'), import('../handlers/plugin.ts')]);
}
