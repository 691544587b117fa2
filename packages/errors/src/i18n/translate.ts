import { kindsByCode, kindsIn } from '../catalogue.ts';
import { shapeOf } from '../check-definition.ts';
import { ErrorsErrors } from '../errors.ts';
import { isList, metaOf, read } from '../meta.ts';
import { newBudget, show, take } from '../plain.ts';
import { secretsIn } from '../snapshot.ts';
import { suggest } from '../suggest.ts';
import { placeholders, redacted, safeText } from '../template.ts';
import type { AnyCatalogue, ErrorMeta } from '../types.ts';
import { localesOf } from './locales.ts';
import { paramsOf, parseMessage } from './message.ts';
import type { Message } from './message.ts';
import { renderMessage } from './render.ts';

/** The messages of a catalogue in one language, checked when they were registered. */
export interface Translation {
  readonly locale: string;
  readonly messages: ReadonlyMap<string, Message>;
}

export interface LocaleOptions {
  /** A language tag such as `de-AT`, or a whole `Accept-Language` value. @default English */
  readonly locale?: string | undefined;
  /** Made by `translate`. A message that none of them has stays English. */
  readonly translations?: readonly Translation[] | undefined;
}

/**
 * Registers the messages of one language, by full code, in a subset of ICU MessageFormat.
 *
 * @throws `seaworthy.errors.BAD_TRANSLATION` for a code that no catalogue has, a message that does not parse, a
 * parameter that the error does not have, or one that the English message shows and the translation leaves out.
 */
export function translate(
  locale: string,
  messages: Readonly<Record<string, string>>,
  ...catalogues: readonly AnyCatalogue[]
): Translation {
  kindsIn(catalogues);
  const kinds = kindsByCode([...catalogues, ErrorsErrors]);
  const parsed = new Map<string, Message>();
  const canonical = canonicalLocale(locale);
  for (const [code, text] of Object.entries(messages)) {
    const fail = (reason: string): never => {
      throw new ErrorsErrors.BAD_TRANSLATION({ locale, code, reason });
    };
    const kind = kinds.get(code);
    if (kind === undefined) return fail(unknownCode(code, kinds.keys()));
    // As tools for translators write what is not translated yet.
    if (typeof text !== 'string' || text === '') return fail('it is no text, leave it out to show the English message');
    const message = parseMessage(text, fail);
    checkParams(message, kind.meta, fail);
    parsed.set(code, message);
  }
  return { locale: canonical, messages: parsed };
}

function canonicalLocale(locale: string): string {
  try {
    return new Intl.Locale(locale).toString();
  } catch {
    throw new ErrorsErrors.BAD_TRANSLATION({ locale, code: '', reason: 'the locale is not a BCP 47 language tag' });
  }
}

function unknownCode(code: string, codes: Iterable<string>): string {
  const near = suggest(code, codes);
  return `no error has this code${near === undefined ? '' : `, did you mean ${near}`}`;
}

function checkParams(message: Message, meta: ErrorMeta, fail: (reason: string) => never): void {
  const used = paramsOf(message);
  const shown = placeholders(meta.message);
  const known = (meta.params === undefined ? undefined : shapeOf(meta.params)) ?? shown;
  const strange = used.find((name) => !known.includes(name));
  if (strange !== undefined) fail(`the error has no parameter {${strange}}`);
  const missing = shown.find((name) => !used.includes(name));
  if (missing !== undefined) fail(`it leaves out {${missing}}, which the English message shows`);
}

/** The message of one of our errors in the wanted language; undefined when there is no translation. Never throws. */
export function translatedMessage(error: unknown, options: LocaleOptions): string | undefined {
  const { locale, translations } = options;
  const meta = metaOf(error);
  if (typeof locale !== 'string' || meta === undefined || !isList(translations)) return undefined;
  for (const tag of localesOf(locale)) {
    const found = translations.find((translation) => translation.locale === tag && translation.messages.has(meta.code));
    const message = found?.messages.get(meta.code);
    if (message !== undefined) return rendered(message, tag, error, meta);
    // Where English is wanted, the catalogue has it; a translation to English may still have its plurals.
    if (tag === 'en') return undefined;
  }
  return undefined;
}

/** A parameter that is shown may repeat one that is not. */
function rendered(message: Message, locale: string, error: unknown, meta: ErrorMeta): string {
  const text = renderMessage(message, locale, (name) => printable(error, meta, name));
  return take(text, newBudget(secretsIn(error)));
}

function printable(error: unknown, meta: ErrorMeta, name: string): string | number | bigint {
  if (meta.sensitive?.includes(name) === true) return redacted;
  const value = read(read(error, 'params'), name);
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  // A list reads as in the English message, not as a console shows it.
  return isList(value) ? safeText(() => value) : show(value);
}
