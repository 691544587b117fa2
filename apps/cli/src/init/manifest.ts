import { parseJson } from '../project/parse/json.ts';
import { isRecord } from '../project/record.ts';

/** The text of a package.json with one more script; `present` when it has one of that name, `no-object` when it is none. */
export function withScript(
  text: string,
  name: string,
  command: string,
): { readonly text: string } | 'present' | 'no-object' {
  // An offset travels as a column.
  const parsed = parseJson(text, (offset) => ({ line: 1, column: offset + 1 }));
  if (!parsed.ok || !isRecord(parsed.value.value)) return 'no-object';
  const { scripts } = parsed.value.value;
  const entry = `${JSON.stringify(name)}: ${JSON.stringify(command)}`;
  const root = text.indexOf('{') + 1;
  const indent = /^\s*/.exec(text.slice(root))![0];
  if (scripts === undefined)
    return { text: insertFirst(text, root, `"scripts": {${deeper(indent)}${entry}${indent}}`) };
  if (!isRecord(scripts)) return 'no-object';
  if (Object.hasOwn(scripts, name)) return 'present';
  const place = parsed.value.locate(['scripts']).column;
  if (Object.keys(scripts).length > 0) return { text: insertFirst(text, place, entry) };
  const end = text.indexOf('}', place);
  return { text: `${text.slice(0, place)}${deeper(indent)}${entry}${indent}${text.slice(end)}` };
}

/** One step further in, where there are lines at all. */
function deeper(indent: string): string {
  const step = indent.slice(indent.lastIndexOf('\n') + 1);
  return indent.includes('\n') ? indent + step : indent;
}

/** Before the first member of an object, with the blanks that stand before that one. */
function insertFirst(text: string, place: number, entry: string): string {
  const [blank] = /^\s*/.exec(text.slice(place))!;
  const isEmpty = text[place + blank.length] === '}';
  return `${text.slice(0, place)}${blank}${entry}${isEmpty ? '' : ','}${text.slice(place)}`;
}
