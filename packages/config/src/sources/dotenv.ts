import { node } from '../node.ts';
import { expectOptions, expectText } from '../options.ts';
import { failureCode, failureName } from '../failure.ts';
import type { Variables } from '../environment.ts';
import { readText, stillMissing, type FileText } from '../read-text.ts';
import { variableName } from '../shape.ts';
import { bindNames, type UnknownNames } from './bind-names.ts';
import { prefixed } from './env.ts';
import { emptyReading, failedReading, type Source } from './source.ts';

export interface DotenvOptions {
  /** Only variables that start with this, such as `APP`. @default '' */
  readonly prefix?: string;
  /** A missing file is no problem. @default true */
  readonly optional?: boolean;
  /** @default 'typos', and 'ignore' without a prefix */
  readonly unknown?: UnknownNames;
}

/** A `.env` file, read by Node's own parser; it changes nothing in `process.env`. */
export function dotenv(path = '.env', options: DotenvOptions = {}): Source {
  expectText('path', path, 'the path of a file');
  expectOptions<DotenvOptions>(options, { prefix: true, optional: true, unknown: true });
  const { prefix = '', optional = true } = options;
  const start = prefix === '' || prefix.endsWith('_') ? prefix : `${prefix}_`;
  const unknown = options.unknown ?? (start === '' ? 'ignore' : 'typos');
  const spell = (key: string): string => start + variableName(key);
  return {
    name: path,
    hint: (key) => `${spell(key)} in ${path}`,
    read: async (context) => {
      const { cwd, shape } = context;
      let found: FileText;
      try {
        found = await readText(node.path.resolve(cwd, path), context);
      } catch (error) {
        if (optional && failureCode(error) === 'ENOENT') {
          return { ...emptyReading, isCurrent: [stillMissing(node.path.resolve(cwd, path))] };
        }
        return failedReading(path, `could not be read (${failureName(error)}).`);
      }
      const { isCurrent } = found;
      // Node's parser takes a byte order mark for a part of the first name.
      const text = found.text.replace(/^\uFEFF/, '');
      const variables: Variables = node.util.parseEnv(text);
      const source = (name: string): string => `${path}${lineOf(text, name)}`;
      const reading = bindNames(prefixed(variables, start, source), shape, { unknown, spell });
      return { ...reading, isCurrent: [isCurrent] };
    },
    directories: ({ cwd }) => [node.path.dirname(node.path.resolve(cwd, path))],
  };
}

function lineOf(text: string, name: string): string {
  const line = text.split('\n').findLastIndex((each) => {
    const start = each.trimStart().replace(/^export\s+/, '');
    return start.startsWith(name) && /^\s*=/.test(start.slice(name.length));
  });
  return line === -1 ? '' : `:${line + 1}`;
}
