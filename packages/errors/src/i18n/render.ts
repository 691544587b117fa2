import type { Choice, Message, Part } from './message.ts';

/** Finds the printable value of a parameter; a number stays one, for plurals. */
export type ValueOf = (name: string) => string | number | bigint;

/** Renders a parsed message with the plural rules and number format of a locale. */
export function renderMessage(message: Message, locale: string, valueOf: ValueOf): string {
  return message.map((part) => renderPart(part, locale, valueOf)).join('');
}

function renderPart(part: Part, locale: string, valueOf: ValueOf): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'hash':
      return numberText(valueOf(part.name), locale);
    case 'param':
      return part.isNumber ? numberText(valueOf(part.name), locale) : String(valueOf(part.name));
    default:
      return renderMessage(chosen(part, locale, valueOf(part.name)), locale, valueOf);
  }
}

function numberText(value: string | number | bigint, locale: string): string {
  return typeof value === 'string' ? value : new Intl.NumberFormat(locale).format(value);
}

function chosen(choice: Choice, locale: string, value: string | number | bigint): Message {
  const key = choice.kind === 'select' ? String(value) : pluralKey(choice, locale, value);
  return choice.cases.get(key) ?? choice.cases.get('other') ?? [];
}

function pluralKey(choice: Choice, locale: string, value: string | number | bigint): string {
  const exact = `=${value}`;
  if (choice.cases.has(exact)) return exact;
  const type = choice.kind === 'selectordinal' ? 'ordinal' : 'cardinal';
  return new Intl.PluralRules(locale, { type }).select(Number(value));
}
