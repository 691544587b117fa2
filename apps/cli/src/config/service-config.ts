import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigErrors, env, file, type Config, type Definition, type Source } from '@seaworthy/config';
import { CliErrors } from '../errors.ts';
import type { Io } from '../io.ts';
import { sentence } from '../project/problem.ts';

/** The sources that are read after those of the module, and win over them. */
export interface SourceFlags {
  readonly file?: readonly string[];
  readonly prefix?: string;
}

/** What the module of a service says of its configuration. */
export interface ServiceConfig {
  /** The documents, which need no value. */
  readonly documents: Pick<Definition, 'markdown' | 'jsonSchema'>;
  /**
   * Reads the sources; one that was loaded by the module is given as it is.
   * @throws seaworthy.config.INVALID
   */
  load(): Promise<Config>;
}

const importTimeoutMs = 30_000;
/** The names that a configuration is looked for by, in this order. */
const exportNames = ['default', 'definition', 'config'];

/**
 * Runs the module of a service, and finds its configuration.
 *
 * @throws CONFIG_MODULE_FAILED, CONFIG_MISSING, CONFIG_SOURCES, CONFIG_LOADED; seaworthy.config.INVALID of a module that loads
 */
export async function readServiceConfig(path: string, flags: SourceFlags, io: Io): Promise<ServiceConfig> {
  const exported = await importModule(path, io.cwd);
  const found = exportNames.map((name) => exported[name]).find((value) => isDefinition(value) || isLoaded(value));
  const own = exported['sources'] ?? [];
  if (!isSources(own)) throw new CliErrors.CONFIG_SOURCES({ path });
  const given = sourcesOf(flags, io);
  if (isDefinition(found)) {
    return { documents: found, load: async () => found.load([...own, ...given], { cwd: io.cwd }) };
  }
  if (!isLoaded(found)) throw new CliErrors.CONFIG_MISSING({ path });
  if (given.length > 0) throw new CliErrors.CONFIG_LOADED({ path });
  return { documents: found, load: async () => found };
}

function sourcesOf({ file: files = [], prefix }: SourceFlags, io: Io): readonly Source[] {
  const variables = prefix === undefined ? [] : [env(prefix, { variables: io.variables })];
  return [...files.map((name) => file(name)), ...variables];
}

async function importModule(path: string, cwd: string): Promise<Readonly<Record<string, unknown>>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const reason = `it has not ended after ${importTimeoutMs / 1_000} s.`;
    const giveUp = (): void => reject(new CliErrors.CONFIG_MODULE_FAILED({ path, reason }));
    timer = setTimeout(giveUp, importTimeoutMs);
  });
  try {
    return await Promise.race([import(pathToFileURL(resolve(cwd, path)).href), late]);
  } catch (error) {
    // A module that loads its configuration has told everything that is wrong with it.
    if (ConfigErrors.INVALID.is(error) || CliErrors.CONFIG_MODULE_FAILED.is(error)) throw error;
    const reason = sentence(error instanceof Error ? error.message : String(error));
    throw new CliErrors.CONFIG_MODULE_FAILED({ path, reason }, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

// By what they can do, not by their class: the service has a copy of the package of its own.
function isDefinition(value: unknown): value is Definition {
  return can(value, ['load', 'markdown', 'jsonSchema']);
}

function isLoaded(value: unknown): value is Config {
  return can(value, ['describe', 'explain', 'markdown', 'jsonSchema', 'close']);
}

function isSources(value: unknown): value is readonly Source[] {
  return Array.isArray(value) && value.every((source) => can(source, ['read']));
}

function can(value: unknown, names: readonly string[]): boolean {
  return (
    typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}
