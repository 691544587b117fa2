// What one call of an instrument does. V8 learns for each piece of code which names, maps and functions it meets: code that
// all instruments share meets those of all, looks every one of them up, and takes twice as long. So each instrument has
// code of its own, made of one text; `sharedCode` below is the same without a text.
import type { Cell, Cells, Given } from './cells.ts';
import type { Seam } from './seam.ts';

/** Counts one measurement. */
export type Record = (value: number | undefined, attributes?: Given) => void;

export interface Recording {
  readonly seam: Seam;
  readonly cells: Cells;
  /** What a call without a value records. */
  readonly unless: number | undefined;
  readonly accepts: (value: unknown) => boolean;
  readonly put: (cell: Cell, value: number) => void;
}

/** Code of its own, else the code that all share. */
export function createRecord(recording: Recording): Record {
  return compiled(recording) ?? sharedCode(recording);
}

function sharedCode({ seam, cells, unless, accepts, put }: Recording): Record {
  return (value = unless, given) => {
    if (seam.running === 0) return;
    if (accepts(value)) put(cells.find(given, seam.limit), value as number);
    else cells.rejected += 1;
  };
}

/** `undefined` where Node was told to compile no texts (`--disallow-code-generation-from-strings`). */
function compiled({ seam, cells, unless, accepts, put }: Recording): Record | undefined {
  const { names, numbers, texts } = cells;
  const at = names.map((_, index) => `a${index}`);
  const text = `return (value = unless, given) => {
  if (seam.running === 0) return;
  if (!accepts(value)) {
    cells.rejected += 1;
    return;
  }
  ${names.map(lookOf).join('\n')}
  const place = ${['0', ...at].join(' | ')};
  const cell = place < 0 ? undefined : cells.isDense ? cells.table[place] : cells.sparse.get(place);
  put(cell ?? cells.add(given, seam.limit), value);
};`;
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- the text is made of the definition's names, quoted
    const make = new Function(
      'seam',
      'cells',
      'unless',
      'accepts',
      'put',
      ...names.map((_, index) => `n${index}, t${index}`),
      text,
    );
    return make(seam, cells, unless, accepts, put, ...numbers.flatMap((map, index) => [map, texts[index]])) as Record;
  } catch {
    return undefined;
  }
}

/**
 * What one attribute adds to a place, as `a0`: `Texts.slotOf` of the value `v0` and the look into its slot, written out, because
 * other instruments have other texts; then the map. In short words, since V8 keeps the text. Names are the definition's, and
 * quoted, so that none can be code.
 */
function lookOf(name: string, index: number): string {
  const [value, at, texts] = [`v${index}`, `a${index}`, `t${index}`];
  return `const ${value} = given?.[${JSON.stringify(name)}];
let ${at} = -1;
if (typeof ${value} === 'string' && ${value} !== '') {
const n = ${value}.length;
let s = n + ${value}.charCodeAt(${texts}.from < n ? ${texts}.from : n - 1);
if (${texts}.back >= 0) s += 37 * ${value}.charCodeAt(${texts}.back < n ? n - 1 - ${texts}.back : 0);
s &= ${texts}.mask;
if (${texts}.texts[s] === ${value}) ${at} = ${texts}.places[s];
}
if (${at} < 0) {
const n = n${index}.get(${value});
if (n !== undefined) ${at} = n << cells.shifts[${index}];
}`;
}
