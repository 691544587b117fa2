// Made when it is first needed: it takes longer than the rest of this package.
let segmenter: Intl.Segmenter | undefined;

// East Asian wide and fullwidth characters; regular expressions know scripts, not widths.
const wide =
  /[\u1100-\u115F\u2329\u232A\u3000-\u303E\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|\uFE0F/u;

const plainText = /^[\x20-\x7E]*$/;

/** How many terminal columns a text takes. */
export function widthOf(text: string): number {
  if (plainText.test(text)) return text.length;
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += widthOfSegment(segment);
  return width;
}

function widthOfSegment(segment: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u.test(segment)) return 0;
  return wide.test(segment) ? 2 : 1;
}
