import { node } from '../node.ts';
import { failureCode, failureName } from '../failure.ts';
import { parseJson, positionAt, type JsonOptions } from '../json.ts';
import { readText } from '../read-text.ts';
import { bindTree, type Locate } from './bind-tree.ts';
import { emptyReading, failedReading, type ReadContext, type Reading, type Source } from './source.ts';

export interface FileOptions {
  /** A missing file is no problem. @default true when the path has `{env}` in it, else false */
  readonly optional?: boolean;
  /** Reads a format this package does not know, such as YAML or TOML. */
  readonly parse?: (text: string) => unknown;
}

const modules = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']);

/**
 * A configuration file: JSON (`.json`), JSON with comments (`.jsonc`), or a JavaScript or TypeScript module whose default
 * export is the values. `{env}` in the path stands for the name of the environment.
 */
export function file(path: string, options: FileOptions = {}): Source {
  const { optional = path.includes('{env}') } = options;
  return {
    name: path,
    read: async (context) => {
      const name = path.replaceAll('{env}', context.environment.name);
      try {
        return await readAs(name, options, context);
      } catch (error) {
        if (failureCode(error) === 'ENOENT')
          return optional ? emptyReading : failedReading(name, 'expected this file to exist.');
        return failedReading(name, `could not be read (${failureName(error)}).`);
      }
    },
    directories: ({ environment, cwd }) => [node.path.dirname(node.path.resolve(cwd, path.replaceAll('{env}', environment.name)))],
  };
}

async function readAs(name: string, { parse }: FileOptions, context: ReadContext): Promise<Reading> {
  const path = node.path.resolve(context.cwd, name);
  const extension = node.path.extname(name);
  if (parse !== undefined) return readWith(parse, await readText(path, context.signal), name, context);
  if (modules.has(extension)) return readModule(path, name, context);
  if (extension === '.json' || extension === '.jsonc') {
    return readJson(await readText(path, context.signal), name, { comments: extension === '.jsonc' }, context);
  }
  return failedReading(name, 'expected a .json, .jsonc, .js or .ts file. Give the option `parse` for other formats.');
}

function readWith(parse: (text: string) => unknown, text: string, name: string, { shape }: ReadContext): Reading {
  try {
    return bindTree(parse(text), shape, () => name);
  } catch {
    return failedReading(name, 'could not be understood by the given `parse`.');
  }
}

async function readModule(path: string, name: string, { shape }: ReadContext): Promise<Reading> {
  const { mtimeMs } = await node.fs.promises.stat(path);
  const url = node.url.pathToFileURL(path).href;
  let loaded: unknown;
  try {
    // The query makes a reload see the changed file: modules are cached by their whole URL.
    loaded = await import(`${url}?changed=${mtimeMs}`);
  } catch (error) {
    return failedReading(name + lineInStack(error, path), `could not be imported (${failureName(error)}).`);
  }
  return bindTree(defaultExport(loaded), shape, () => name);
}

function defaultExport(loaded: unknown): unknown {
  return typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined;
}

/** The line of a module that a failure points at: the message itself may quote a secret. */
function lineInStack(error: unknown, path: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const after = stack.split(path)[1] ?? '';
  return /^(?:\?[^:\s]*)?((?::\d+){1,2})/.exec(after)?.[1] ?? '';
}

function readJson(text: string, name: string, options: JsonOptions, { shape }: ReadContext): Reading {
  const fast = options.comments === true ? undefined : parseFast(text);
  if (fast !== undefined) return bindTree(fast.value, shape, locateLater(text, name, options));
  const document = parseJson(text, options);
  if ('offset' in document) {
    return failedReading(place(text, name, document.offset), `not valid JSON: expected ${document.expected} here.`);
  }
  return bindTree(document.value, shape, locateLater(text, name, options));
}

/** Node's own parser, which is faster but cannot tell where values stand. */
function parseFast(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function locateLater(text: string, name: string, options: JsonOptions): Locate {
  let document: ReturnType<typeof parseJson> | undefined;
  return (path, part) => {
    document ??= parseJson(text, options);
    if ('offset' in document) return name;
    const offset = (part === 'name' ? document.names : document.values).get(JSON.stringify(path));
    return offset === undefined ? name : place(text, name, offset);
  };
}

function place(text: string, name: string, offset: number): string {
  const { line, column } = positionAt(text, offset);
  return `${name}:${line}:${column}`;
}
