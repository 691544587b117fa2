import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html } from '../src/modules/web/html.ts';

const cases: readonly { title: string; markup: string; is: string }[] = [
  {
    title: 'text is escaped',
    markup: html`<p>${`<script>&"'`}</p>`.toString(),
    is: '<p>&lt;script&gt;&amp;&quot;&#39;</p>',
  },
  { title: 'markup goes in as it is', markup: html`<p>${html`<b>x</b>`}</p>`.toString(), is: '<p><b>x</b></p>' },
  { title: 'lists are joined', markup: html`${['a', html`<i>b</i>`, 3]}`.toString(), is: 'a<i>b</i>3' },
  { title: 'nothing stays nothing', markup: html`${undefined}${null}${false}`.toString(), is: '' },
  { title: 'zero is a value', markup: html`${0}`.toString(), is: '0' },
];

for (const { title, markup, is } of cases) {
  test(title, () => {
    expect(markup).toBe(is);
  });
}

test('no text can open a tag or leave an attribute', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const inside = html`${text}`.toString();
      expect(inside).not.toMatch(/[<>"']/);
    }),
  );
});
