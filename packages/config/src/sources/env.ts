import type { Variables } from '../environment.ts';
import { expectOptions, expectText } from '../options.ts';
import { variableName } from '../shape.ts';
import { bindNames, type NamedText, type UnknownNames } from './bind-names.ts';
import type { Source } from './source.ts';

export interface EnvOptions {
  /** @default process.env, when the configuration loads */
  readonly variables?: Variables;
  /**
   * What happens to prefixed variables that bind to no key. Kubernetes sets variables such as `APP_SERVICE_HOST` for a
   * service named `app`, so by default only likely typing mistakes are refused.
   * @default 'typos', and 'ignore' without a prefix
   */
  readonly unknown?: UnknownNames;
}

/** Environment variables: with the prefix `APP`, `APP_SERVER_PORT` sets `server.port`. An empty variable counts as not set. */
export function env(prefix = '', options: EnvOptions = {}): Source {
  expectText('prefix', prefix);
  expectOptions<EnvOptions>(options, { variables: true, unknown: true });
  const start = prefix === '' || prefix.endsWith('_') ? prefix : `${prefix}_`;
  const unknown = options.unknown ?? (start === '' ? 'ignore' : 'typos');
  const spell = (key: string): string => start + variableName(key);
  return {
    name: `env:${start}*`,
    hint: (key) => `variable ${spell(key)}`,
    read: ({ shape }) =>
      bindNames(
        prefixed(options.variables ?? process.env, start, (name) => `env:${name}`),
        shape,
        { unknown, spell },
      ),
  };
}

/** The variables that start with a prefix, without it; empty ones are left out. */
export function prefixed(variables: Variables, start: string, source: (name: string) => string): readonly NamedText[] {
  const wanted = start.toLowerCase();
  const first = wanted.charCodeAt(0);
  const found: NamedText[] = [];
  // Names first: asking process.env for anything else is slow, and `Object.keys` asks whether each is enumerable.
  for (const name of Reflect.ownKeys(variables)) {
    if (typeof name !== 'string' || !startsLoosely(name, wanted, first)) continue;
    const text = variables[name];
    if (text === undefined || text === '') continue;
    found.push({ name: name.slice(start.length), text, source: () => source(name) });
  }
  return found;
}

/** The first character, without its case, tells nearly all names apart. */
function startsLoosely(name: string, wanted: string, first: number): boolean {
  if (wanted === '') return true;
  return (
    (first > 127 || (name.charCodeAt(0) | 32) === (first | 32)) && name.slice(0, wanted.length).toLowerCase() === wanted
  );
}
