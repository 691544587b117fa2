import type * as Yaml from 'yaml';
import type { Problem } from '../problems.ts';
import { bindTree, type Locate } from './bind-tree.ts';
import { emptyReading, failedReading, type ReadContext, type Reading } from './source.ts';

type Place = (offset: number | undefined) => string;

/** Binds the values of a YAML 1.2 text, read by the package `yaml`, which the user installs. `<<` merges, as in YAML 1.1. */
export async function readYaml(text: string, name: string, { shape }: ReadContext): Promise<Reading> {
  const yaml = await importYaml();
  if (yaml === undefined) {
    return failedReading(name, 'is YAML, and the package `yaml` is not installed. Run `npm install yaml`.');
  }
  const lines = new yaml.LineCounter();
  // The parser would write its warnings, with parts of the text, to standard error.
  const options = { lineCounter: lines, prettyErrors: false, merge: true, logLevel: 'error' } as const;
  const document = yaml.parseDocument(text, options);
  const place: Place = (offset) => {
    if (offset === undefined) return name;
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const problems = [...mistakes(document, place), ...lostAliases(yaml, document, place)];
  if (problems.length > 0) return { values: new Map(), problems };
  const value = readValue(document);
  if (value === undefined)
    return failedReading(name, 'has more aliases than a configuration needs, or one that leads to itself.');
  // Nothing but comments says nothing.
  if (value.value === null) return emptyReading;
  return bindTree(value.value, shape, locator(yaml, document, place));
}

async function importYaml(): Promise<typeof Yaml | undefined> {
  try {
    return await import('yaml');
  } catch {
    return undefined;
  }
}

/** A code says what is wrong: a message of the parser may quote the text. */
function mistakes({ errors, warnings }: Yaml.Document.Parsed, place: Place): readonly Problem[] {
  const tags = warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED');
  return [
    ...errors.map(({ code, pos: [offset] }) => ({
      key: '',
      source: place(offset),
      message: `not valid YAML (${code}).`,
    })),
    // Other programs put a secret or a file in the place of `!secret name`; here it would be the name itself.
    ...tags.map(({ pos: [offset] }) => ({
      key: '',
      source: place(offset),
      message: 'has a tag that is not known here. Remove the tag, or give the value itself.',
    })),
  ];
}

function lostAliases(yaml: typeof Yaml, document: Yaml.Document.Parsed, place: Place): readonly Problem[] {
  const problems: Problem[] = [];
  const message = 'is an alias of an anchor that is not there above it.';
  yaml.visit(document, {
    Alias(_key, node) {
      if (node.resolve(document) === undefined) problems.push({ key: '', source: place(node.range?.[0]), message });
    },
  });
  return problems;
}

/** Aliases of aliases may stand for billions of values: the parser counts them and gives up. */
function readValue(document: Yaml.Document.Parsed): { readonly value: unknown } | undefined {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch {
    return undefined;
  }
}

/** Where a value is written: that of an alias stands at its anchor. */
function locator(yaml: typeof Yaml, document: Yaml.Document.Parsed, place: Place): Locate {
  const behind = (node: unknown): unknown => (yaml.isAlias(node) ? node.resolve(document) : node);
  const isMerge = ({ key }: Yaml.Pair): boolean => yaml.isScalar(key) && key.source === '<<';
  /** The pair of a name in a map, or in what is merged into it. */
  const findPair = (around: unknown, name: string, seen: readonly unknown[] = []): Yaml.Pair | undefined => {
    if (!yaml.isMap(around) || seen.includes(around)) return undefined;
    const own = around.items.find(({ key }) => yaml.isScalar(key) && String(key.value) === name);
    if (own !== undefined) return own;
    const merged = around.items.filter(isMerge).map(({ value }) => behind(value));
    const maps = merged.flatMap((each) => (yaml.isSeq(each) ? each.items.map(behind) : [each]));
    return maps.map((map) => findPair(map, name, [...seen, around])).find((pair) => pair !== undefined);
  };
  return (path, part) => {
    let around: unknown = document.contents;
    let pair: Yaml.Pair | undefined;
    for (const name of path) {
      pair = findPair(behind(around), name);
      around = pair?.value;
    }
    const at = part === 'value' && pair?.value !== null ? pair?.value : pair?.key;
    return place(yaml.isNode(at) ? (at.range?.[0] ?? undefined) : undefined);
  };
}
