/** A filter with its places filled in: what is filled in is a value, whatever characters it has. */
export function fillFilter(filter: string, values: Readonly<Record<string, string>>): string {
  return filter.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    return value === undefined ? place : escapeValue(value);
  });
}

/** By RFC 4515: plain characters and those beyond ASCII stay as they are, all others are escaped. */
function escapeValue(value: string): string {
  return value.replaceAll(/[^\w.@ \u{80}-\u{10ffff}-]/gu, (character) =>
    character.isWellFormed() ? `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}` : '\ufffd',
  );
}
