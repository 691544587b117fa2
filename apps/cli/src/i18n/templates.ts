/** Says a text in another language, when it is one that is known. */
export type Say = (text: string) => string | undefined;

const hole = /\{(\w+)\}/g;

/**
 * Recognises texts that were made from templates, by what stands around the braces.
 *
 * @param templates What is said, by what it is in English; both name in braces what is put in
 * @param words What may be put in, where that is English too
 */
export function sayWith(
  templates: Readonly<Record<string, string>>,
  words: Readonly<Record<string, string>> | Say = {},
): Say {
  const known = Object.entries(templates).map(([english, other]) => ({ pattern: patternOf(english), other }));
  const translated = typeof words === 'function' ? undefined : new Map(Object.entries(words));
  const wordIn = (text: string): string | undefined =>
    typeof words === 'function' ? words(text) : translated?.get(text);
  return (text) => {
    for (const { pattern, other } of known) {
      const match = pattern.exec(text);
      if (match === null) continue;
      return other.replaceAll(hole, (_whole, name: string) => {
        const found = match.groups?.[name] ?? '';
        return wordIn(found) ?? found;
      });
    }
    return undefined;
  };
}

/** The names in braces of a template, sorted. */
export function holesOf(template: string): readonly string[] {
  return Array.from(template.matchAll(hole), ([, name = '']) => name).toSorted();
}

const special = /[\\^$.*+?()[\]{}|]/g;

function patternOf(template: string): RegExp {
  const parts = template.split(hole);
  // Every second part is a name.
  const source = parts.map((part, index) =>
    index % 2 === 1 ? `(?<${part}>[^]+?)` : part.replaceAll(special, String.raw`\$&`),
  );
  return new RegExp(`^${source.join('')}$`);
}
