// What an XML document may hold at all: a lone surrogate or a control character would make it no document.
const forbidden = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]|\p{Bidi_Control}/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text of the audited project as text of XML or HTML: it becomes no markup, and turns no line around. */
export function escapeMarkup(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(forbidden, (char) => `\\x${char.codePointAt(0)!.toString(16).padStart(2, '0')}`)
    .replaceAll(/[&<>"']/g, (char) => entities[char]!);
}

/** The same for an attribute, where a parser would make a blank of every line break and tab. */
export function escapeAttribute(text: string): string {
  return escapeMarkup(text).replaceAll(/[\t\n\r]/g, (char) => `&#${char.codePointAt(0)};`);
}
