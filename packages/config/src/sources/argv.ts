import { expectList, expectOptions } from '../options.ts';
import type { Problem } from '../problems.ts';
import { looseName, type CompiledShape, type Entry } from '../shape.ts';
import { bindNames, type NamedText, type UnknownNames } from './bind-names.ts';
import type { Source } from './source.ts';

export interface ArgvOptions {
  /** What happens to flags that bind to no key. @default 'refuse' */
  readonly unknown?: UnknownNames;
}

const spell = (key: string): string => `--${key}`;

/** Command-line flags: `--server.port=8080`, `--server-port 8080`, `--debug`, `--no-debug`. Stops at `--`. */
export function argv(args?: readonly string[], options: ArgvOptions = {}): Source {
  expectList('args', args);
  expectOptions<ArgvOptions>(options, { unknown: true });
  return {
    name: 'argv',
    hint: (key) => `flag ${spell(key)}`,
    read: ({ shape }) => {
      const { flags, problems } = readFlags(args ?? process.argv.slice(2), shape);
      const reading = bindNames(flags, shape, { unknown: options.unknown ?? 'refuse', spell });
      return { values: reading.values, problems: [...problems, ...reading.problems] };
    },
  };
}

interface Flags {
  readonly flags: Iterable<NamedText>;
  readonly problems: readonly Problem[];
}

function readFlags(args: readonly string[], shape: CompiledShape): Flags {
  const flags = new Map<string, NamedText>();
  const problems: Problem[] = [];
  for (let index = 0; index < args.length && args[index] !== '--'; index += 1) {
    const token = args[index] ?? '';
    if (!token.startsWith('-') || token === '-') continue;
    const flag = splitFlag(token, shape);
    const value = flag.value ?? nextValue(flag.entry, args[index + 1]);
    if (flag.value === undefined && value === args[index + 1]) index += 1;
    if (value === undefined)
      problems.push({ key: flag.entry?.key ?? '', source: sourceOf(flag.name), message: 'needs a value.' });
    else add(flags, flag, value);
  }
  return { flags: flags.values(), problems };
}

interface Flag {
  readonly name: string;
  readonly value: string | undefined;
  readonly entry: Entry | undefined;
}

function splitFlag(token: string, shape: CompiledShape): Flag {
  const equals = token.indexOf('=');
  const name = (equals === -1 ? token : token.slice(0, equals)).replace(/^--?/, '');
  const entry = shape.byName.get(looseName(name));
  const positive = name.startsWith('no-') ? shape.byName.get(looseName(name.slice(3))) : undefined;
  if (entry === undefined && equals === -1 && positive?.leaf.flag === true) {
    return { name: positive.key, value: 'false', entry: positive };
  }
  return { name, value: equals === -1 ? undefined : token.slice(equals + 1), entry };
}

/** The value of a flag written without `=`: the next word, except that a switch may stand alone. */
function nextValue(entry: Entry | undefined, next: string | undefined): string | undefined {
  if (entry === undefined) return '';
  if (entry.leaf.flag === true) return next === 'true' || next === 'false' ? next : 'true';
  return next === undefined || next.startsWith('--') ? undefined : next;
}

function add(flags: Map<string, NamedText>, { name, entry }: Flag, value: string): void {
  const key = looseName(name);
  const before = flags.get(key);
  const text = entry?.leaf.many === true && before !== undefined ? [before.text, value].flat() : value;
  flags.set(key, { name, text, source: () => sourceOf(name) });
}

function sourceOf(name: string): string {
  return `argv:--${name}`;
}
