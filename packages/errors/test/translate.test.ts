import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineErrors, toProblemDetails, toTerminal, translate } from '../src/index.ts';
import { localesOf } from '../src/i18n/locales.ts';

const Errors = defineErrors('shop', {
  FULL: { message: 'Only {count} items fit into {place}', httpStatus: 400 },
  CARD: { message: 'Card {number} declined', httpStatus: 402, sensitive: ['number'] },
  NEAR: { message: 'Nearest: {names}', params: z.object({ names: z.array(z.string()) }), httpStatus: 400 },
  RANK: { message: 'Rank {rank}', params: z.object({ rank: z.number(), kind: z.string() }), httpStatus: 400 },
  BROKEN: { message: 'Broken {part}' },
  OPEN: { message: 'Open' },
});

const german = translate(
  'de',
  {
    'shop.FULL': '{count, plural, =0 {Nichts passt} one {Nur # Teil passt} other {Nur # Teile passen}} in {place}',
    'shop.CARD': 'Karte {number} wurde abgelehnt',
    'shop.RANK': "{kind, select, gold {Gold'{'} other {Platz}} {rank, number}",
    'shop.NEAR': 'Am nächsten: {names}',
    'seaworthy.errors.INTERNAL': 'Der Server konnte die Anfrage nicht ausführen.',
  },
  Errors,
);
const english = translate(
  'en-GB',
  { 'shop.RANK': "{rank, selectordinal, one {#st} two {#nd} few {#rd} other {#th}} it''s" },
  Errors,
);
const plainEnglish = translate(
  'en',
  { 'shop.FULL': '{count, plural, one {Only # item fits} other {Only # items fit}} into {place}' },
  Errors,
);
const translations = [german, english];

const rendered: readonly (readonly [unknown, string, string])[] = [
  [new Errors.FULL({ count: 0, place: 'Box' }), 'de', 'Nichts passt in Box'],
  [new Errors.FULL({ count: 1, place: 'Box' }), 'de', 'Nur 1 Teil passt in Box'],
  [new Errors.FULL({ count: 1200, place: 'Box' }), 'de-AT', 'Nur 1.200 Teile passen in Box'],
  [new Errors.FULL({ count: 'viele', place: 'Box' }), 'de', 'Nur viele Teile passen in Box'],
  [new Errors.CARD({ number: '4242' }), 'de', 'Karte [redacted] wurde abgelehnt'],
  [new Errors.RANK({ rank: 12345, kind: 'gold' }), 'de', 'Gold{ 12.345'],
  [new Errors.RANK({ rank: 2, kind: 'tin' }), 'de', 'Platz 2'],
  [new Errors.RANK({ rank: 2, kind: '' }), 'en-GB', "2nd it's"],
  [new Errors.BROKEN({ part: 'x' }), 'de', 'Der Server konnte die Anfrage nicht ausführen.'],
  [new Errors.NEAR({ names: ['a', 'b'] }), 'de', 'Am nächsten: a,b'],
  [new Errors.FULL({ count: 1, place: 'Box' }), 'fr', 'Only 1 items fit into Box'],
  [new Errors.FULL({ count: 1, place: 'Box' }), 'en, de;q=0.9', 'Only 1 items fit into Box'],
  [new Errors.FULL({ count: 1, place: 'Box' }), 'fr, de;q=0.9, en;q=0.1', 'Nur 1 Teil passt in Box'],
  [new Errors.FULL({ count: 1, place: 'Box' }), '\u0000;;q=x,,', 'Only 1 items fit into Box'],
];
for (const [error, locale, detail] of rendered) {
  test(`"${detail}" is told in ${JSON.stringify(locale)}`, () => {
    expect(toProblemDetails(error, { locale, translations }).detail).toBe(detail);
  });
}

test('English may have plurals of its own, where English is wanted', () => {
  const error = new Errors.FULL({ count: 1, place: 'Box' });
  const all = [german, plainEnglish];
  const detail = (locale: string | undefined): string => toProblemDetails(error, { locale, translations: all }).detail;
  expect(detail('en-US, de')).toBe('Only 1 item fits into Box');
  expect(detail(undefined)).toBe('Only 1 items fit into Box');
});

test('what is no locale, and no list of translations, leaves the message English', () => {
  const error = new Errors.FULL({ count: 1, place: 'Box' });
  for (const options of [{ locale: null }, { locale: 5 }, { locale: ['de'] }, { locale: 'de', translations: null }]) {
    const { detail } = toProblemDetails(error, { translations, ...options } as never);
    expect(detail).toBe('Only 1 items fit into Box');
  }
});

test('the terminal speaks the wanted language', () => {
  const error = new Errors.FULL({ count: 1, place: 'Box' });
  expect(toTerminal(error, { stack: false, locale: 'de', translations })).toBe('shop.FULL  Nur 1 Teil passt in Box');
});

const refused: readonly (readonly [string, string, Record<string, string>, RegExp])[] = [
  ['an unknown code', 'de', { 'shop.FUL': 'x' }, /no error has this code, did you mean shop\.FULL/],
  ['a code far from all', 'de', { zebra: 'x' }, /no error has this code\./],
  ['a missing parameter', 'de', { 'shop.FULL': 'Nur {count}' }, /leaves out \{place\}/],
  ['a wrong parameter', 'de', { 'shop.FULL': '{count} {place} {where}' }, /no parameter \{where\}/],
  ['a wrong parameter in a case', 'de', { 'shop.FULL': '{place}{count, plural, other {{n}}}' }, /no parameter \{n\}/],
  ['an open brace', 'de', { 'shop.FULL': '{count' }, /needs "," at character 7/],
  ['a closing brace too many', 'de', { 'shop.FULL': 'a}' }, /"}" too many at character 2/],
  ['no case other', 'de', { 'shop.FULL': '{count, plural, one {x}}' }, /has no case "other"/],
  ['an unknown kind', 'de', { 'shop.FULL': '{count, date}' }, /needs plural, selectordinal, select or number/],
  ['an unknown plural', 'de', { 'shop.FULL': '{count, plural, lots {x} other {y}}' }, /needs a case at character 17/],
  ['an endless nest', 'de', { 'shop.FULL': '{count, plural, other {'.repeat(20) }, /nested too deeply/],
  ['an empty text', 'de', { 'shop.OPEN': '' }, /it is no text, leave it out to show the English message/],
  ['a text that is none', 'de', { 'shop.OPEN': null as never }, /it is no text/],
  ['a locale that is none', 'not a locale', {}, /not a BCP 47 language tag/],
  ['no locale', undefined as never, {}, /not a BCP 47 language tag/],
];
for (const [title, locale, messages, reason] of refused) {
  test(`a translation with ${title} is refused when it is registered`, () => {
    expect(() => translate(locale, messages, Errors)).toThrow(reason);
  });
}

test('any text is refused by a coded error or accepted, never anything else', () => {
  const piece = fc.constantFrom('{', '}', "'", '#', ',', 'count', 'place', 'plural', 'select', 'other', ' ', 'x', '=1');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      let code = '';
      try {
        translate('de', { 'shop.FULL': pieces.join('') }, Errors);
      } catch (error) {
        code = (error as { code?: string }).code ?? String(error);
      }
      expect(['', 'seaworthy.errors.BAD_TRANSLATION']).toContain(code);
    }),
  );
});

test('wanted locales are ordered by quality and followed by their parents', () => {
  expect(localesOf('de-at, fr;q=0.5, it;q=0.9, xx;q=0, *')).toEqual(['de-AT', 'de', 'it', 'fr']);
  expect(localesOf('')).toEqual([]);
  expect(localesOf('de,'.repeat(100_000)).length).toBe(1);
});
