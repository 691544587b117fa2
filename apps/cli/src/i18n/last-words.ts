import type { Locale } from './locale.ts';

/** What is said when nothing more can be loaded. */
export const lastWords: Readonly<
  Record<Locale, { readonly directoryGone: string; readonly outputBroken: (code: string) => string }>
> = {
  en: {
    directoryGone: 'The current directory is gone. Change to one that exists.',
    outputBroken: (code) => `The output could not be written (${code}). Check where it goes.`,
  },
  de: {
    directoryGone: 'Das aktuelle Verzeichnis ist weg. Wechseln Sie in eines, das es gibt.',
    outputBroken: (code) => `Die Ausgabe ließ sich nicht schreiben (${code}). Prüfen Sie, wohin sie geht.`,
  },
};
