import type * as Yaml from 'yaml';
import { bindTree, type Locate } from './bind-tree.ts';
import { emptyReading, failedReading, type ReadContext, type Reading } from './source.ts';

/** Binds the values of a YAML 1.2 text, read by the package `yaml`, which the user installs. */
export async function readYaml(text: string, name: string, { shape }: ReadContext): Promise<Reading> {
  const yaml = await importYaml();
  if (yaml === undefined) {
    return failedReading(name, 'is YAML, and the package `yaml` is not installed. Run `npm install yaml`.');
  }
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const problems = document.errors.map(({ code, pos: [offset] }) => ({
    key: '',
    source: place(offset),
    // The code says what is wrong; the message of the parser may quote the text.
    message: `not valid YAML (${code}).`,
  }));
  if (problems.length > 0) return { values: new Map(), problems };
  const value = readValue(document);
  if (value === undefined) return failedReading(name, 'has more aliases than a configuration needs.');
  // Nothing but comments says nothing.
  if (value.value === null) return emptyReading;
  return bindTree(value.value, shape, locator(yaml, document, name, place));
}

async function importYaml(): Promise<typeof Yaml | undefined> {
  try {
    return await import('yaml');
  } catch {
    return undefined;
  }
}

/** Aliases of aliases may stand for billions of values: the parser counts them and gives up. */
function readValue(document: Yaml.Document.Parsed): { readonly value: unknown } | undefined {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch {
    return undefined;
  }
}

function locator(
  yaml: typeof Yaml,
  document: Yaml.Document.Parsed,
  name: string,
  place: (offset: number) => string,
): Locate {
  return (path, part) => {
    const around = path.length < 2 ? document.contents : document.getIn(path.slice(0, -1), true);
    if (path.length === 0 || !yaml.isMap(around)) return name;
    const pair = around.items.find(({ key }) => yaml.isScalar(key) && String(key.value) === path.at(-1));
    const at = part === 'value' && pair?.value !== null ? pair?.value : pair?.key;
    const offset = yaml.isNode(at) ? at.range?.[0] : undefined;
    return offset === undefined ? name : place(offset);
  };
}
