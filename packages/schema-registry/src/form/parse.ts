// The value of the fields of a form.
// (1) Nothing is taken that the schema does not name: other fields are problems.
// (2) What an empty field means is decided by the schema: an empty text where one is required, else nothing.
import { objectOf, type Node } from '../emit/tree.ts';
import { pathText } from '../schema.ts';
import { isBox, isTicked, type Standing } from './fill.ts';
import { isKnownName } from './known.ts';
import { fromLocal } from './moment.ts';
import {
  choice,
  entryAt,
  fieldAt,
  inputName,
  keyOf,
  presence,
  removal,
  root,
  rowAt,
  variantAt,
  type Place,
} from './names.ts';
import type { FormProblem, FormProblemCode } from './problem.ts';
import { askedOf, isComposite, type Asked, type Composite } from './shape.ts';
import { dateKeyword, type FormTree } from './tree.ts';
import { indexOf, type FieldIndex, type SubmittedFields } from './submitted.ts';

/** What was read, before the schema has looked at it. */
export interface ReadForm {
  readonly value: unknown;
  readonly problems: readonly FormProblem[];
  /** The name of the field for a path, such as `lines[0].sku`. */
  readonly names: ReadonlyMap<string, string>;
}

interface Reader {
  readonly tree: FormTree;
  readonly index: FieldIndex;
  readonly problems: FormProblem[];
  readonly names: Map<string, string>;
  /** What the part that is read is within. */
  readonly above: Node[];
}

/** Parts that are required within themselves end here. */
const deepest = 100;

export function readFields(tree: FormTree, fields: SubmittedFields, allowed: ReadonlySet<string>): ReadForm {
  const reader: Reader = { tree, index: indexOf(fields), problems: [], names: new Map(), above: [] };
  for (const name of fields.keys()) {
    if (allowed.has(name) || isKnownName(tree, name)) continue;
    reader.problems.push({ code: 'UNKNOWN_FIELD', field: name, path: '', message: 'This form has no such field.' });
  }
  const value = read(reader, tree.root, root, { isNeeded: true });
  return { value, problems: reader.problems, names: reader.names };
}

function refuse({ problems, names }: Reader, code: FormProblemCode, place: Place, message: string): undefined {
  const path = pathText(place.path);
  problems.push({ code, field: names.get(path) ?? inputName(place), path, message });
  return undefined;
}

function read(reader: Reader, node: unknown, place: Place, standing: Standing): unknown {
  const asked = askedOf(reader.tree, node);
  const isGroup = isComposite(asked.shape);
  reader.names.set(pathText(place.path), isGroup ? place.name : inputName(place));
  return isGroup ? readComposite(reader, asked, place, standing) : readSimple(reader, asked, place, standing);
}

function readSimple(reader: Reader, asked: Asked, place: Place, standing: Standing): unknown {
  const { index } = reader;
  const { node, isNullable } = asked;
  const name = inputName(place);
  if (index.isRepeated(name)) return refuse(reader, 'REPEATED_FIELD', place, 'This was sent more than once.');
  const text = index.text(name);
  const isNull = isNullable && index.text(presence(place)) === 'null';
  const isFixed = asked.shape.kind === 'fixed' && !isTicked(standing);
  if (isNull && text !== undefined && text !== '' && !isFixed) {
    return refuse(reader, 'CONTRADICTION', place, 'This has a value and is marked as having none. Clear one of them.');
  }
  if (isNull) return null;
  if (text === undefined || text === '') {
    if (asked.shape.kind === 'boolean' && isBox(standing, node, isNullable)) return false;
    if (asked.shape.kind === 'fixed') return isFixed ? asked.shape.value : undefined;
    const isNeeded = standing.isNeeded && !standing.isRow;
    if (asked.shape.kind === 'text') return isNeeded ? text : undefined;
    return isNeeded && isNullable && text === '' ? null : undefined;
  }
  return valueOf(reader, asked, place, text);
}

function valueOf(reader: Reader, { shape, node }: Asked, place: Place, text: string): unknown {
  switch (shape.kind) {
    case 'fixed':
      return shape.value;
    case 'boolean':
      if (text === 'true' || text === 'on') return true;
      return text === 'false' ? false : refuse(reader, 'NOT_A_CHOICE', place, 'Choose yes or no.');
    case 'choice': {
      const found = shape.options.find((option) => option.text === text);
      return found ? found.value : refuse(reader, 'NOT_A_CHOICE', place, 'Choose one of the options.');
    }
    case 'number':
      return readNumber(reader, place, text);
    case 'moment':
      return dateKeyword in node ? readDate(reader, place, text) : fromLocal(text);
    case 'json':
      return readJson(reader, place, text);
    case 'none':
      return undefined;
    default:
      return text;
  }
}

function readNumber(reader: Reader, place: Place, text: string): number | undefined {
  const trimmed = text.trim();
  const value = Number(trimmed);
  const isNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(trimmed) && Number.isFinite(value);
  return isNumber ? value : refuse(reader, 'NOT_A_NUMBER', place, 'Enter a number.');
}

function readDate(reader: Reader, place: Place, text: string): Date | undefined {
  const date = new Date(fromLocal(text));
  return Number.isNaN(date.getTime()) ? refuse(reader, 'NOT_A_DATE', place, 'Enter a date and a time.') : date;
}

function readJson(reader: Reader, place: Place, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse(reader, 'NOT_JSON', place, 'Enter JSON, such as {"a": [1, "b"]}.');
  }
}

function readComposite(reader: Reader, asked: Asked, place: Place, standing: Standing): unknown {
  const { index, above } = reader;
  const isNeeded = standing.isNeeded && !standing.isRow;
  const absent = isNeeded && asked.isNullable ? null : undefined;
  if (index.text(removal(place)) !== undefined) return absent;
  const isThere = index.text(presence(place)) === 'on' || index.isFilled(place.name);
  if (!isThere && asked.isNullable && index.text(presence(place)) === 'null') return null;
  const isEndless = above.includes(asked.node) && asked.shape.kind !== 'list' && asked.shape.kind !== 'record';
  if (!isThere && (!isNeeded || asked.isNullable || isEndless)) return absent;
  if (above.length > deepest) return refuse(reader, 'TOO_LARGE', place, 'This is nested too deep.');
  above.push(asked.node);
  const value = readParts(reader, asked.shape as Composite, place);
  above.pop();
  return value;
}

function readParts(reader: Reader, shape: Composite, place: Place): unknown {
  switch (shape.kind) {
    case 'object':
      return objectOf(
        shape.fields.flatMap(({ key, node, isRequired }): [string, unknown][] => {
          const value = read(reader, node, fieldAt(place, key), { isNeeded: isRequired });
          return value === undefined ? [] : [[key, value]];
        }),
      );
    case 'list':
      return readRows(reader, shape.item, place);
    case 'tuple':
      return shape.items.map((item, index) => read(reader, item, rowAt(place, index), { isNeeded: true }));
    case 'record':
      return readEntries(reader, shape.value, place);
    default:
      return readVariant(reader, shape.options, place);
  }
}

/** Rows that are empty are not there; the others move up. */
function readRows(reader: Reader, item: Node, place: Place): readonly unknown[] {
  const values: unknown[] = [];
  for (const index of reader.index.rows(place.name, '[')) {
    const row = rowAt(place, index);
    const moved = { name: row.name, path: [...place.path, values.length] };
    const value = read(reader, item, moved, { isNeeded: true, isRow: true });
    if (value !== undefined) values.push(value);
  }
  return values;
}

function readEntries(reader: Reader, node: Node, place: Place): unknown {
  const entries = new Map<string, unknown>();
  for (const index of reader.index.rows(place.name, '{')) {
    const key = reader.index.text(keyOf(entryAt(place, index, ''))) ?? '';
    const entry = entryAt(place, index, key);
    if (key === '' && !reader.index.isFilled(entry.name)) continue;
    if (key === '__proto__') refuse(reader, 'REFUSED_KEY', entry, 'This name cannot be used.');
    else if (entries.has(key)) refuse(reader, 'REPEATED_KEY', entry, `The name ${JSON.stringify(key)} is there twice.`);
    else entries.set(key, read(reader, node, entry, { isNeeded: true }));
  }
  return objectOf(entries);
}

function readVariant(reader: Reader, options: readonly Node[], place: Place): unknown {
  const chosen = reader.index.text(choice(place)) ?? '';
  if (chosen === '') return undefined;
  const index = /^\d{1,4}$/.test(chosen) ? Number(chosen) : -1;
  const option = options[index];
  if (option === undefined) return refuse(reader, 'NOT_A_CHOICE', place, 'Choose one of the kinds.');
  return read(reader, option, variantAt(place, index), { isNeeded: true });
}
