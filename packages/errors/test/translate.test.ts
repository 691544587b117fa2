import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineErrors, toProblemDetails, toTerminal, translate } from '../src/index.ts';
import { localesOf } from '../src/i18n/locales.ts';

const Errors = defineErrors('shop', {
  FULL: { message: 'Only {count} items fit into {place}', httpStatus: 400 },
  CARD: { message: 'Card {number} declined', httpStatus: 402, sensitive: ['number'] },
  RANK: { message: 'Rank {rank}', params: z.object({ rank: z.number(), kind: z.string() }), httpStatus: 400 },
  BROKEN: { message: 'Broken {part}' },
});

const german = translate(
  'de',
  {
    'shop.FULL': '{count, plural, =0 {Nichts passt} one {Nur # Teil passt} other {Nur # Teile passen}} in {place}',
    'shop.CARD': 'Karte {number} wurde abgelehnt',
    'shop.RANK': "{kind, select, gold {Gold'{'} other {Platz}} {rank, number}",
    'seaworthy.errors.INTERNAL': 'Der Server konnte die Anfrage nicht ausführen.',
  },
  Errors,
);
const english = translate(
  'en-GB',
  { 'shop.RANK': "{rank, selectordinal, one {#st} two {#nd} few {#rd} other {#th}} it''s" },
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
  ['a locale that is none', 'not a locale', {}, /not a BCP 47 language tag/],
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
