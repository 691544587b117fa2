import { CliErrors } from '../errors.ts';

/** The languages that the command speaks. */
export const locales = ['en', 'de'] as const;

export type Locale = (typeof locales)[number];

/**
 * Takes `--locale de` out of the words of a command, wherever it stands before `--`: it is the only flag that every command has.
 *
 * @throws UNKNOWN_LOCALE
 */
export function takeLocale(words: readonly string[]): { readonly words: readonly string[]; readonly locale?: Locale } {
  const end = words.indexOf('--') === -1 ? words.length : words.indexOf('--');
  const at = words.findIndex((word, index) => index < end && (word === '--locale' || word.startsWith('--locale=')));
  if (at === -1) return { words };
  const isApart = words[at] === '--locale';
  const wanted = isApart ? words[at + 1] : words[at]!.slice('--locale='.length);
  const locale = localeIn(wanted);
  if (locale === undefined)
    throw new CliErrors.UNKNOWN_LOCALE({ locale: JSON.stringify(wanted ?? ''), locales: locales.join(', ') });
  return { words: words.toSpliced(at, isApart ? 2 : 1), locale };
}

/** The language of the environment, in the order that POSIX gives the variables; English where it is another one. */
export function localeOf(variables: Readonly<Record<string, string | undefined>>): Locale {
  const wanted = ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => variables[name]).find((value) => value);
  return localeIn(wanted) ?? 'en';
}

/** `de` for `de`, `de-AT` and `de_DE.UTF-8`. */
export function localeIn(wanted: string | undefined): Locale | undefined {
  const language = /^[a-z]{2,3}(?=$|[-_.@])/i.exec(wanted ?? '')?.[0].toLowerCase();
  return locales.find((each) => each === language);
}
