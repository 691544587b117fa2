// The modules that a plugin in QuickJS can import: its own, and those of its runtime.
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CodeFiles } from './code-files.ts';
import { guestApi, guestApiName } from './guest-api.ts';

/** Module names by which QuickJS asks. */
export interface WasmModules {
  /** The name of the plugin's module. */
  readonly entry: string;
  /** The full name of what a module names. @throws TypeError when there is no such module for it */
  resolve(importer: string, specifier: string): string;
  /** The source by the full name. @throws TypeError */
  load(name: string): string;
}

/** The name of the module that starts the runtime, whatever it imports. */
export const firstModule: string = 'start';

const runtime = 'seaworthy/';
const plugin = 'plugin/';

/** Reads the runtime's own sources, each once. */
export function createRuntimeSources(): (file: string) => string {
  const known = new Map<string, string>();
  const folder = dirname(programPath());
  return (file) => {
    const text = known.get(file) ?? withoutTypes(file, readFileSync(join(folder, file), 'utf8'));
    known.set(file, text);
    return text;
  };
}

export function createModules({ entry, files }: CodeFiles, readRuntime: (file: string) => string): WasmModules {
  const program = basename(programPath());
  return {
    entry: plugin + entry,
    resolve(importer, specifier) {
      if (importer === firstModule) return runtime + program;
      if (specifier === guestApiName) return guestApiName;
      // What the program and a dynamic import of the runtime name is a full name already.
      if (importer.startsWith(runtime) && specifier.startsWith(plugin)) return specifier;
      const area = importer.startsWith(runtime) ? runtime : plugin;
      const name = posix.normalize(posix.join(posix.dirname(importer), specifier));
      if (!specifier.startsWith('.') || !name.startsWith(area)) throw refused(specifier);
      return name;
    },
    load(name) {
      if (name === guestApiName) return guestApi;
      if (name.startsWith(runtime)) return readRuntime(name.slice(runtime.length));
      const file = name.slice(plugin.length);
      const text = files[file];
      if (!name.startsWith(plugin) || text === undefined) throw refused(name);
      return file.endsWith('.json') ? `export default ${text};` : withoutTypes(file, text);
    },
  };
}

function programPath(): string {
  return fileURLToPath(new URL('./wasm-guest.worker.ts', import.meta.url));
}

function withoutTypes(file: string, text: string): string {
  return file.endsWith('ts') ? stripTypeScriptTypes(text) : text;
}

function refused(specifier: string): TypeError {
  return new TypeError(`the import of "${specifier}" is refused: bundle it into the plugin`);
}
