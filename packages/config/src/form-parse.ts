import { nest } from './backup.ts';
import { readNumber } from './builders/number.ts';
import { formModel } from './form.ts';
import { textOf, type FormEntries } from './form-html.ts';
import type { JsonSchema } from './leaf.ts';
import type { Values } from './resolve.ts';
import type { CompiledShape } from './shape.ts';

/**
 * A patch of what was changed in a form: what was left as it was is not in it, nor what only changes at a restart. A value
 * that does not fit is in it as it was typed, for `update` to refuse. An empty field takes the value back, as `null` does;
 * an empty secret leaves it alone.
 */
export function parseForm(shape: CompiledShape, entries: FormEntries, values?: Values): Record<string, unknown> {
  const submitted = new Map(Array.from(entries, ([name, value]) => [name, unified(String(value))]));
  const changed: Record<string, unknown> = {};
  for (const field of formModel(shape, values).flatMap(({ fields }) => fields)) {
    const text = submitted.get(field.key);
    const leaf = shape.entries.get(field.key)?.leaf;
    if (text === undefined || leaf === undefined || !field.editable || text === unified(textOf(field))) continue;
    // A schema may take an empty text.
    const isTakenBack = text === '' && !(leaf.acceptsMissing === true && field.control === 'text');
    changed[field.key] = isTakenBack ? null : typedValue(leaf.json(), text);
  }
  return nest(shape.root, changed);
}

/** Browsers send other line breaks than they were given. */
function unified(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

/** The text as the leaf takes it from a file, or the text itself where it cannot be that. */
function typedValue({ type, enum: choices, items }: JsonSchema, text: string): unknown {
  if (Array.isArray(choices)) return choices.find((choice) => String(choice) === text) ?? text;
  if (type === 'string' || (Array.isArray(type) && type.includes('string'))) return text;
  if (type === 'number' || type === 'integer') return numberOr(text);
  const isOfTexts = typeof items === 'object' && items !== null && Reflect.get(items, 'type') === 'string';
  if (type === 'array' && isOfTexts) return text.split('\n').filter((line) => line.trim() !== '');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function numberOr(text: string): number | string {
  const value = readNumber(text);
  return Number.isNaN(value) ? text : value;
}
