import { localeIn, type Locale } from '../i18n/locale.ts';
import { loadMessages, type Messages } from '../i18n/messages.ts';
import { loadParts, type SayPart } from '../i18n/parts.ts';
import { loadSpeaker, type Speaker } from '../i18n/rules/in-language.ts';

/** What an editor is told in. */
export interface Language {
  readonly messages: Messages;
  readonly speaker: Speaker;
  readonly say: SayPart;
}

/** The language of the editor, if it is one that is spoken; else that of the process. @param wanted A tag such as `de-AT` */
export async function loadLanguage(wanted: string | undefined, otherwise: Locale): Promise<Language> {
  const locale = wanted === undefined ? otherwise : (localeIn(wanted) ?? 'en');
  const [messages, speaker, say] = await Promise.all([loadMessages(locale), loadSpeaker(locale), loadParts(locale)]);
  return { messages, speaker, say };
}
