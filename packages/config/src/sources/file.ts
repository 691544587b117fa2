import { failureCode, failureName } from '../failure.ts';
import { node } from '../node.ts';
import { expectFunction, expectOptions, expectText } from '../options.ts';
import { readText, stillMissing, type FileText } from '../read-text.ts';
import { bindTree } from './bind-tree.ts';
import { readJson } from './file-json.ts';
import { readYaml } from './file-yaml.ts';
import { readModule } from './file-module.ts';
import { emptyReading, failedReading, type ReadContext, type Reading, type Source } from './source.ts';

export interface FileOptions {
  /** A missing file is no problem. @default true when the path has `{env}` in it, else false */
  readonly optional?: boolean;
  /** Reads a format this package does not know, such as TOML. */
  readonly parse?: (text: string) => unknown;
}

type Read = (text: string, name: string, context: ReadContext) => Reading | Promise<Reading>;

const modules: readonly string[] = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

/**
 * A configuration file: JSON (`.json`), JSON with comments (`.jsonc`), YAML (`.yaml`, `.yml`, with the package `yaml`), or
 * a JavaScript or TypeScript module whose default export is the values. `{env}` in the path stands for the name of the
 * environment. A name that stands twice in one object is a problem.
 */
export function file(path: string, options: FileOptions = {}): Source {
  expectText('path', path, 'the path of a file');
  expectOptions<FileOptions>(options, { optional: true, parse: true });
  expectFunction('parse', options.parse);
  const isForEach = path.includes('{env}');
  const { optional = isForEach } = options;
  const nameIn = (environment: string): string => (isForEach ? path.replaceAll('{env}', environment) : path);
  return {
    name: path,
    read: (context) => {
      const name = nameIn(context.environment.name);
      try {
        const reading = readAs(name, options, context);
        if (!(reading instanceof Promise)) return reading;
        return reading.catch((error: unknown) => unreadable(name, optional, error, context));
      } catch (error) {
        return unreadable(name, optional, error, context);
      }
    },
    directories: ({ environment, cwd }) => [node.path.dirname(node.path.resolve(cwd, nameIn(environment.name)))],
  };
}

function unreadable(name: string, optional: boolean, error: unknown, { cwd }: ReadContext): Reading {
  if (failureCode(error) !== 'ENOENT') return failedReading(name, `could not be read (${failureName(error)}).`);
  if (!optional) return failedReading(name, 'expected this file to exist.');
  return { ...emptyReading, isCurrent: [stillMissing(node.path.resolve(cwd, name))] };
}

/** A small file is read and understood at once; a promise only where something has to be waited for. */
function readAs(name: string, { parse }: FileOptions, context: ReadContext): Reading | Promise<Reading> {
  const path = node.path.resolve(context.cwd, name);
  const extension = node.path.extname(name);
  if (parse === undefined && modules.includes(extension)) return readModule(path, name, context);
  const read = parse === undefined ? formats[extension] : readWith(parse);
  if (read === undefined) {
    return failedReading(
      name,
      'expected a .json, .jsonc, .yaml, .js or .ts file. Give the option `parse` for other formats.',
    );
  }
  const found = readText(path, context);
  if (found instanceof Promise) return found.then((later) => understand(later, read, name, context));
  return understand(found, read, name, context);
}

function understand(
  { text, isCurrent }: FileText,
  read: Read,
  name: string,
  context: ReadContext,
): Reading | Promise<Reading> {
  const reading = read(text, name, context);
  if (reading instanceof Promise) return reading.then((later) => current(later, isCurrent));
  return current(reading, isCurrent);
}

function current({ values, problems }: Reading, isCurrent: () => boolean): Reading {
  return { values, problems, isCurrent: [isCurrent] };
}

const formats: Readonly<Record<string, Read>> = {
  '.json': (text, name, context) => readJson(text, name, {}, context),
  '.jsonc': (text, name, context) => readJson(text, name, { comments: true }, context),
  '.yaml': readYaml,
  '.yml': readYaml,
};

function readWith(parse: (text: string) => unknown): Read {
  return (text, name, { shape }) => {
    try {
      return bindTree(parse(text), shape, () => name);
    } catch {
      return failedReading(name, 'could not be understood by the given `parse`.');
    }
  };
}
