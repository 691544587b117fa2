import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderMarkdown } from '../../src/modules/web/markdown.ts';

const rendered = (text: string): string => renderMarkdown(text).toString();

/** Every tag that a readme may become. */
const allowed =
  /^(?:\/?(?:p|h[3-6]|ul|ol|li|blockquote|pre|code|em|strong|s|table|thead|tbody|tr|div)|(?:br|hr)|ol start="\d+"|code class="language-[^"<>]*"|a href="(?:https?:\/\/|mailto:|#)[^"<>]*"(?: title="[^"<>]*")? rel="nofollow noopener noreferrer"|\/a|t[hd](?: style="text-align:(?:left|right|center)")?|\/t[hd]|div class="scroll" tabindex="0" role="region" aria-label="Table")$/;

/** Whatever comes between angle brackets. */
function foreignTags(markup: string): readonly string[] {
  return [...markup.matchAll(/<([^>]*)>?/g)].map(([, tag = '']) => tag).filter((tag) => !allowed.test(tag));
}

const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  'a <svg/onload=alert(1)> b',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java&#115;cript:alert(1))',
  '[x](&#x6A;avascript:alert(1))',
  '[x](vbscript:msgbox)',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](//evil.example)',
  '[x](/packages/other)',
  '![x](javascript:alert(1))',
  '![x](https://evil.example/pixel.png)',
  '![x"onclick=alert(1)](https://a.example)',
  '[x](https://a.example "t\\" onmouseover=alert(1)")',
  '[x]: javascript:alert(1)\n\n[x]',
  '<https://a.example/"onclick="alert(1)>',
  '<javascript:alert(1)>',
  '<!-- --><script>alert(1)</script><!-- -->',
  '<style>@import "https://evil.example"</style>',
  '<form action="https://evil.example"><button>go</button></form>',
  '<iframe src="https://evil.example"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  '<base href="https://evil.example">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example">',
  '```"><script>alert(1)</script>\ncode\n```',
  '| a | b |\n| --- | --- |\n| <script>alert(1)</script> | b |',
  '</div></main><h1>Not us</h1>',
  '\u202e<scr\u0000ipt>alert(1)</script>',
];
for (const readme of hostile) {
  test(`nothing of ${JSON.stringify(readme)} comes through but text and safe links`, () => {
    const markup = rendered(readme);
    expect(foreignTags(markup)).toEqual([]);
    expect(markup).not.toMatch(/href="(?!https?:|mailto:|#)/);
  });
}

test('a link or a picture without an address is text, and the link after it is one', () => {
  expect(rendered('[a]() ![b]() [c](https://c.example)')).toBe(
    '<p>a b <a href="https://c.example" rel="nofollow noopener noreferrer">c</a></p>\n',
  );
});

test('whatever a readme is made of, only known tags come out', () => {
  const part = fc.oneof(
    fc.constantFrom(
      ...hostile,
      '<',
      '>',
      '"',
      '[',
      '](',
      ')',
      '`',
      '```\n',
      '\n',
      '- ',
      '> ',
      '<a href=',
      '&lt;',
      '&#60;',
      '|',
      '![',
      '<!--',
      'https://a.example',
    ),
    fc.string({ maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      expect(foreignTags(rendered(parts.join('')))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('what a readme says in Markdown is there: headings below those of the page, lists, code, tables and links', () => {
  const markup = rendered(
    '# Otter\n\n- one\n\n```js\na < b\n```\n\n| a |\n| --- |\n| 1 |\n\n[site](https://a.example)',
  );
  for (const piece of [
    '<h3>Otter</h3>',
    '<li>one</li>',
    'a &lt; b',
    '<td>1</td>',
    '<a href="https://a.example" rel=',
  ]) {
    expect(markup).toContain(piece);
  }
});

test('a picture becomes a link: a page loads nothing from elsewhere', () => {
  expect(rendered('![build](https://a.example/b.svg)')).toBe(
    '<p><a href="https://a.example/b.svg" rel="nofollow noopener noreferrer">build</a></p>\n',
  );
});

const slow = [
  '*'.repeat(60_000),
  '['.repeat(60_000),
  '> '.repeat(30_000),
  '`a'.repeat(30_000),
  '![['.repeat(20_000),
  '<'.repeat(60_000),
];
for (const readme of slow) {
  test(`60,000 characters of ${JSON.stringify(readme.slice(0, 3))} are rendered in a moment`, () => {
    const startedAt = performance.now();
    rendered(readme);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
}

test('of a readme that is too long the beginning is shown', () => {
  expect(rendered('a\n\n'.repeat(1_000_000)).length).toBeLessThan(300_000);
});
