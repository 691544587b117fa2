import type { Locale } from './locale.ts';

/** Says a part of a message in the language of people; what is not known stays as it is. */
export type SayPart = (text: string) => string;

/** Loads the parts of a language; only English is there at once. */
export async function loadParts(locale: Locale): Promise<SayPart> {
  if (locale === 'en') return (text) => text;
  return (await import('./de-parts.ts')).germanPart;
}
