// Written out, because they run for every error of a program when that starts: V8 compiles a regular expression anew once
// it has been used a few times, which takes longer than all of these checks.

const digit = (code: number): boolean => code >= 48 && code <= 57;
const capital = (code: number): boolean => code >= 65 && code <= 90;
const small = (code: number): boolean => code >= 97 && code <= 122;
const dollar = 36;
const underscore = 95;

/** A name as JavaScript has them, of ASCII letters: `last4`. */
export function isParameterName(text: string): boolean {
  if (text === '' || digit(text.charCodeAt(0))) return false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (!small(code) && !capital(code) && !digit(code) && code !== underscore && code !== dollar) return false;
  }
  return true;
}

/** Words in capitals joined by single underscores, first a letter: `CARD_DECLINED`. */
export function isProblemName(text: string): boolean {
  if (!capital(text.charCodeAt(0)) || text.endsWith('_') || text.includes('__')) return false;
  for (let index = 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (!capital(code) && !digit(code) && code !== underscore) return false;
  }
  return true;
}
