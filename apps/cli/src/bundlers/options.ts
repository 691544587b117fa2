import { CliErrors } from '../errors.ts';
import { closest } from '../suggest.ts';

/** What a plugin of a bundler is told. What is left out is as the config file of the project says, or else as `seaworthy audit` has it. */
export interface BuildOptions {
  /** The directory that is looked at, from the root of the build. @default the root of the build */
  readonly directory?: string;
  /** What counts: all that `seaworthy audit` finds in the directory, or what stands in files that the build is made of. @default 'project' */
  readonly files?: 'project' | 'build';
  /** A config file, from `directory`. @default the nearest one */
  readonly config?: string;
  /** The lowest severity that fails a build. @default 'error' */
  readonly failOn?: 'error' | 'warning' | 'info' | 'never';
  /** A file of known findings, which are held back, from `directory`. @default none */
  readonly baseline?: string;
  /** Globs of files that are not looked at, from `directory`. @default none */
  readonly ignore?: readonly string[];
  /** Strict: experimental rules are off, every file must be readable. @default false */
  readonly production?: boolean;
  /** Keeps what is known for the next build; while a build is watched that is always so. @default false */
  readonly cache?: boolean;
  /** What messages are in. @default what `LC_ALL`, `LC_MESSAGES` and `LANG` say */
  readonly locale?: 'en' | 'de';
  /** How long one look may take, in milliseconds. @default 120000 */
  readonly timeoutMs?: number;
}

interface Wanted {
  readonly is: (value: unknown) => boolean;
  readonly expected: string;
}

const text: Wanted = { is: (value) => typeof value === 'string' && value !== '', expected: 'a text' };
const truth: Wanted = { is: (value) => typeof value === 'boolean', expected: 'true or false' };

const wanted: Readonly<Record<keyof BuildOptions, Wanted>> = {
  directory: text,
  files: oneOf('project', 'build'),
  config: text,
  failOn: oneOf('error', 'warning', 'info', 'never'),
  baseline: text,
  ignore: { is: (value) => Array.isArray(value) && value.every((each) => text.is(each)), expected: 'a list of globs' },
  production: truth,
  cache: truth,
  locale: oneOf('en', 'de'),
  timeoutMs: {
    is: (value) => Number.isInteger(value) && Number(value) > 0 && Number(value) < 2 ** 31,
    expected: 'a whole number of milliseconds above 0',
  },
};

function oneOf(...words: readonly string[]): Wanted {
  return { is: (value) => words.some((word) => word === value), expected: `one of ${words.join(', ')}` };
}

/** Says at once, where the plugin is made, what is wrong with its options. @throws BUILD_OPTION_UNKNOWN, BUILD_OPTION_WRONG */
export function checkOptions(options: BuildOptions): BuildOptions {
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const rule = new Map(Object.entries(wanted)).get(option);
    if (rule === undefined) throw unknown(option);
    if (rule.is(value)) continue;
    const received = `${JSON.stringify(value) ?? String(value)} (${typeof value})`;
    throw new CliErrors.BUILD_OPTION_WRONG({ option, expected: rule.expected, received });
  }
  return options;
}

function unknown(option: string): Error {
  const known = Object.keys(wanted);
  const meant = closest(option, known);
  const suggestion = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return new CliErrors.BUILD_OPTION_UNKNOWN({ option: JSON.stringify(option), suggestion, options: known.join(', ') });
}
