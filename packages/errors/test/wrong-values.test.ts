// Values as JavaScript gives them, in the place of options and catalogues.
import { expect, test } from 'vitest';
import { catalogue, defineErrors, errorIndexPage, ErrorsErrors, explain, reporter, translate } from '../src/index.ts';

const Shop = defineErrors('shop', { SOLD_OUT: { message: 'There are no more.' } });
const call =
  (make: (...args: never[]) => unknown, ...args: readonly unknown[]) =>
  (): unknown =>
    Reflect.apply(make, undefined, args);

const noCatalogue = '`catalogues` to be error catalogues, got something else';
const cases: readonly (readonly [string, () => unknown])[] = [
  ['`options` to be an object, got null', call(reporter, null)],
  ['`options` to be an object, got undefined', call(reporter, undefined)],
  ['`options` to be an object, got 5', call(reporter, 5)],
  [noCatalogue, call(explain, 'shop.SOLD_OUT')],
  [noCatalogue, call(explain, 'shop.SOLD_OUT', null)],
  [noCatalogue, call(explain, 'shop.SOLD_OUT', 'shop')],
  [noCatalogue, call(explain, 'shop.SOLD_OUT', [Shop, { SOLD_OUT: 1 }])],
  ['`code` to be a text, got undefined', call(explain, undefined, Shop)],
  [noCatalogue, call(errorIndexPage, undefined)],
  [noCatalogue, call(errorIndexPage, [null])],
  [noCatalogue, call(catalogue, Shop, undefined)],
  [noCatalogue, call(translate, 'de', {}, undefined)],
];
for (const [index, [says, make]] of cases.entries()) {
  test(`Expected ${says} (${index})`, () => {
    expect(make).toThrow(`Expected ${says}`);
    expect(make).toThrow(ErrorsErrors.BAD_OPTION);
  });
}

test('no catalogues are none: an index without errors is a page', () => {
  expect(errorIndexPage([])).toContain('# Error index');
  expect(catalogue()).toEqual({});
});
