// PostgreSQL keeps no zero character in a text, and SQLite does. So that a text comes back as it was sent, the character is
// kept as two others: a mark that Unicode will never give a meaning to, and a digit. The mark itself is kept as two as well.
const mark = '\uFDD0';
const zero = '\u0000';

/** As the database keeps it. */
export function toStored(value: unknown): unknown {
  if (typeof value !== 'string' || (!value.includes(zero) && !value.includes(mark))) return value;
  return value.replaceAll(mark, `${mark}1`).replaceAll(zero, `${mark}0`);
}

/** As it was sent. */
export function fromStored(text: string): string {
  if (!text.includes(mark)) return text;
  return text.replaceAll(`${mark}0`, zero).replaceAll(`${mark}1`, mark);
}
