const space = /[\s\ufeff]/;

/** Marks that begin no name, so that nobody has to look. */
export const plainMarks: ReadonlySet<string> = new Set('()[]{}.,;:?!=+-*%&|^~<>@');

export function isNameStart(character: string): boolean {
  return (
    (character >= 'a' && character <= 'z') ||
    (character >= 'A' && character <= 'Z') ||
    character === '_' ||
    character === '$'
  );
}

export function isNamePart(character: string): boolean {
  return isNameStart(character) || isDigit(character);
}

export function isUncommon(character: string): boolean {
  return character === '\\' || character > '\u007f';
}

export function isSpace(character: string): boolean {
  if (character <= ' ') return character === ' ' || (character >= '\t' && character <= '\r');
  return character > '\u007f' && space.test(character);
}

export function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

export function isLineEnd(character: string): boolean {
  return character === '\n' || character === '\r' || character === '\u2028' || character === '\u2029';
}
