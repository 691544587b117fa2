import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hideTexts } from '../src/diagnostics/hide-texts.ts';

const meta = {
  node_fields: ['type', 'name', 'id', 'self_size', 'edge_count', 'detachedness'],
  node_types: [['hidden', 'array', 'string', 'object', 'concatenated string', 'sliced string'], 'string', 'number'],
  edge_fields: ['type', 'name_or_index', 'to_node'],
  edge_types: [['context', 'element', 'property', 'internal', 'hidden'], 'string_or_number', 'node'],
};
const node = (type: number, name: number): readonly number[] => [type, name, 1, 16, 1, 0];
const texts = [
  '<dummy>',
  'Basket',
  'owner',
  'pl4nted "s3cret" \\ – \u{1f40b}',
  'joined',
  'cut',
  'owner and text',
  'last',
];

/** A snapshot as V8 writes it: four parts, in this order, and line breaks between entries. */
function snapshotOf({ head = meta, strings = texts }: { head?: object; strings?: readonly string[] } = {}): string {
  const nodes = [node(3, 1), node(2, 3), node(4, 4), node(5, 5), node(2, 6), node(1, 0)].map(String).join('\n,');
  // 7 is an index of an array here and no name; 6 is the name of a property besides being a text.
  const edges = ['2,2,6', '1,7,12', '2,6,18', '4,7,0'].join('\n,');
  const items = strings.map((item) => JSON.stringify(item)).join(',\n');
  return `{"snapshot":${JSON.stringify({ meta: head, node_count: 6, edge_count: 4 })},
"nodes":[${nodes}],
"edges":[${edges}],
"trace_function_infos":[],
"trace_tree":[],
"samples":[],
"locations":[0,1,2,3],
"strings":[${items}]}`;
}

async function hidden(snapshot: string, sizes: readonly number[] = []): Promise<string> {
  const bytes = Buffer.from(snapshot);
  const pieces: Buffer[] = [];
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes.length === 0 ? bytes.length : (sizes[turn % sizes.length] ?? 1);
    pieces.push(bytes.subarray(at, (at += size)));
  }
  return text(Readable.from(pieces).pipe(hideTexts()));
}

describe('(1) of the texts of a snapshot', () => {
  const kept = ['<dummy>', 'Basket', 'owner', 'owner and text', 'last'];
  test('contents are replaced by their length, names stay', async () => {
    const { strings } = JSON.parse(await hidden(snapshotOf())) as { strings: string[] };
    expect(strings).toHaveLength(texts.length);
    expect(strings.filter((each) => !each.startsWith('(text of '))).toEqual(kept);
    expect(strings[4]).toBe('(text of 6 bytes)');
  });

  test('(2) everything else passes byte by byte', async () => {
    const before = snapshotOf();
    const after = await hidden(before);
    const end = before.indexOf('"strings"');
    expect(after.slice(0, end)).toBe(before.slice(0, end));
  });
});

test('(2, 3) where pieces begin and end makes no difference', async () => {
  const whole = await hidden(snapshotOf());
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 }), async (sizes) => {
      expect(await hidden(snapshotOf(), sizes)).toBe(whole);
    }),
  );
});

test('(1) whatever a text holds, none of it comes through', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.integer({ min: 1, max: 50 }),
      async (secret, size) => {
        const strings = texts.with(3, `≡${secret}≡`);
        const after = JSON.parse(await hidden(snapshotOf({ strings }), [size])) as { strings: string[] };
        expect(after.strings[3]).toMatch(/^\(text of \d+ bytes\)$/);
        expect(after.strings).toHaveLength(strings.length);
      },
    ),
  );
});

test('a layout that is not known is refused, and so is something that is no snapshot', async () => {
  const head = { ...meta, node_fields: ['name', 'type', 'id'] };
  await expect(hidden(snapshotOf({ head }))).rejects.toThrow('not known here');
  await expect(hidden('x'.repeat(200_000))).rejects.toThrow('not known here');
});
