import fc from 'fast-check';
import { EqualityFilter, FilterParser } from 'ldapts';
import { expect, test } from 'vitest';
import { fillFilter } from '../../src/modules/identity/ldap/filter.ts';

const cases = [
  { name: 'ada', filter: '(uid=ada)' },
  { name: '*', filter: String.raw`(uid=\2a)` },
  { name: 'a)(uid=*', filter: String.raw`(uid=a\29\28uid\3d\2a)` },
  { name: 'a\\2a', filter: String.raw`(uid=a\5c2a)` },
  { name: 'a\0', filter: String.raw`(uid=a\00)` },
  { name: 'Müller', filter: '(uid=Müller)' },
  { name: '{name}', filter: String.raw`(uid=\7bname\7d)` },
];
for (const { name, filter } of cases) {
  test(`${JSON.stringify(name)} is a value in ${filter}`, () => {
    expect(fillFilter('(uid={name})', { name })).toBe(filter);
  });
}

const codePoint = fc.integer({ min: 0, max: 0x10_ff_ff }).filter((point) => point < 0xd8_00 || point > 0xdf_ff);
const anyText = fc.array(codePoint, { minLength: 1 }).map((points) => String.fromCodePoint(...points));

test('whatever is filled in, the filter keeps its meaning and the value is what was given', () => {
  fc.assert(
    fc.property(anyText, (name) => {
      const filter = FilterParser.parseString(fillFilter('(uid={name})', { name }));
      expect(filter).toBeInstanceOf(EqualityFilter);
      const { attribute, value } = filter as EqualityFilter;
      expect([attribute, Buffer.from(value).toString()]).toEqual(['uid', Buffer.from(name).toString()]);
    }),
  );
});

test('places that have no value stay', () => {
  expect(fillFilter('(|(member={dn})(x={other}))', { dn: 'cn=a,dc=b' })).toBe(
    String.raw`(|(member=cn\3da\2cdc\3db)(x={other}))`,
  );
});
