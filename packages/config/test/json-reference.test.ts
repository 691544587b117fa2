// Positions and values against another parser, the one of Visual Studio Code.
import fc from 'fast-check';
import { findNodeAtLocation, parse, parseTree, type ParseError } from 'jsonc-parser';
import { expect, test } from 'vitest';
import { parseJson, positionAt } from '../src/json.ts';

/** The same value written with other spaces, line ends, comments and last commas. */
function written(value: unknown, gap: () => string, comma: () => string): string {
  const inner = (each: unknown): string => `${gap()}${written(each, gap, comma)}${gap()}`;
  if (Array.isArray(value)) {
    return `[${value.map(inner).join(',')}${value.length > 0 ? comma() : ''}${gap()}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([name, each]) => `${gap()}${JSON.stringify(name)}${gap()}:${inner(each)}`,
    );
    return `{${members.join(',')}${members.length > 0 ? comma() : ''}${gap()}}`;
  }
  return JSON.stringify(value);
}

// jsonc-parser loses this key; ours keeps it, see json.test.ts.
const names = fc.string().filter((name) => name !== '__proto__');
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(names, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const spaces = fc.constantFrom('', ' ', '\n', '\r\n', '\t', '\n\n  ');
const comments = fc.constantFrom('', ' ', '\n', '// x: {"\n', '/* " */', '/* *\n* **/', '\r\n');

function pathsOf(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys: readonly (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [path, ...keys.flatMap((key) => pathsOf(Reflect.get(value, key), [...path, key]))];
}

for (const { kind, gaps, commas, options } of [
  { kind: 'JSON', gaps: spaces, commas: fc.constant(''), options: {} },
  { kind: 'JSON with comments', gaps: comments, commas: fc.constantFrom('', ','), options: { comments: true } },
]) {
  test(`${kind}: values and positions are those of jsonc-parser`, () => {
    fc.assert(
      fc.property(tree, fc.infiniteStream(gaps), fc.infiniteStream(commas), (value, gap, comma) => {
        const next =
          (stream: Stream): (() => string) =>
          () =>
            stream.next().value ?? '';
        const text = written(value, next(gap), next(comma));
        const document = parseJson(text, options);
        if ('offset' in document) throw new Error(`refused at ${document.offset}: ${text}`);
        expect(document.value).toEqual(parse(text, [], { allowTrailingComma: true }));
        const reference = parseTree(text, [], { allowTrailingComma: true })!;
        for (const path of pathsOf(value)) {
          const node = findNodeAtLocation(reference, [...path])!;
          expect(document.values.get(JSON.stringify(path))).toBe(node.offset);
          if (typeof path.at(-1) !== 'string') continue;
          expect(document.names.get(JSON.stringify(path))).toBe(node.parent!.children![0]!.offset);
        }
      }),
    );
  });

  test(`${kind}: a text with one character changed is refused when jsonc-parser refuses it`, () => {
    const isRefusedToo = fc.property(
      tree,
      fc.nat(),
      fc.constantFrom('{', '}', ']', ',', ':', '"', 'x', '0', '\\'),
      (value, at, character) => {
        const text = JSON.stringify(value, undefined, 1);
        const where = at % text.length;
        const changed = text.slice(0, where) + character + text.slice(where + 1);
        const errors: ParseError[] = [];
        parse(changed, errors, { disallowComments: kind === 'JSON', allowTrailingComma: kind !== 'JSON' });
        const document = parseJson(changed, options);
        // It takes a name twice, which this parser refuses; and numbers such as 01, which JSON has not.
        const offset = 'offset' in document ? document.offset : undefined;
        return (errors.length === 0 || offset !== undefined) && (offset ?? 0) <= changed.length;
      },
    );
    expect(fc.check(isRefusedToo)).toMatchObject({ failed: false });
  });
}

type Stream = Iterator<string>;

test('lines and columns are those of the text before the offset', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\n', '\r\n', '\r', 'é')), (parts) => {
      const text = parts.join('');
      const breaks = parts.filter((part) => part !== 'a' && part !== 'é').length;
      const joined = parts.filter((part, index) => part === '\n' && parts[index - 1] === '\r').length;
      expect(positionAt(text, text.length).line).toBe(1 + breaks - joined);
    }),
  );
});
