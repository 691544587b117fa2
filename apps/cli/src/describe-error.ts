import { isSeaworthyError, toTerminal } from '@seaworthy/errors';
import { loadMessages } from './i18n/messages.ts';
import type { Io } from './io.ts';

/** An error of a catalogue says what to do; any other is a mistake of ours, and its stack helps to find it. */
export async function describeError(
  error: unknown,
  { hasColour: color, locale }: Pick<Io, 'hasColour' | 'locale'>,
): Promise<string> {
  if (!isSeaworthyError(error)) return `${toTerminal(error, { color })}\n`;
  const translations = locale === 'de' ? [(await import('./i18n/de-errors.ts')).germanErrors()] : [];
  const { more } = await loadMessages(locale);
  return `${toTerminal(error, { color, stack: false, locale, translations })}\n  ${more}  seaworthy explain ${error.code}\n`;
}
