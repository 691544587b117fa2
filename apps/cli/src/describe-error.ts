import { isSeaworthyError, toTerminal } from '@seaworthy/errors';
import { loadMessages } from './i18n/messages.ts';
import { loadParts, type SayPart } from './i18n/parts.ts';
import type { Io } from './io.ts';
import { property } from './project/record.ts';

/** An error of a catalogue says what to do; any other is a mistake of ours, and its stack helps to find it. */
export async function describeError(
  error: unknown,
  { hasColour: color, locale }: Pick<Io, 'hasColour' | 'locale'>,
): Promise<string> {
  if (!isSeaworthyError(error)) return `${toTerminal(error, { color })}\n`;
  const translations = locale === 'de' ? [(await import('./i18n/de-errors.ts')).germanErrors()] : [];
  const { more } = await loadMessages(locale);
  const say = await loadParts(locale);
  const text = withParts(toTerminal(error, { color, stack: false, locale, translations }), error, say);
  return `${text}\n  ${more}  seaworthy explain ${error.code}\n`;
}

/** What was put into the message is said in its language too, where it is known. */
function withParts(text: string, error: object, say: SayPart): string {
  const values = Object.values(property(error, 'params') ?? {}).filter((value) => typeof value === 'string');
  return values.reduce((said, value) => (value === '' ? said : said.replaceAll(value, () => say(value))), text);
}
