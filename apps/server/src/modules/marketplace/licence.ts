import parse from 'spdx-expression-parse';

/** Whether it is an expression of SPDX, such as `MIT` or `(MIT OR Apache-2.0)`. */
export function isSpdx(text: string): boolean {
  // A longer one is no licence that somebody would read.
  if (text === '' || text.length > 200) return false;
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}
