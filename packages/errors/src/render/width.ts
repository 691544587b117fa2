interface Tools {
  readonly segmenter: Intl.Segmenter;
  readonly wide: RegExp;
  readonly zero: RegExp;
}

// Made when they are first needed: they take longer than the rest of this package. The expressions are texts, because V8
// collects the characters of `\p{…}` already when it parses a literal.
let tools: Tools | undefined;

function makeTools(): Tools {
  // East Asian wide and fullwidth characters; regular expressions know scripts, not widths.
  const wideRanges = String.raw`[\u1100-\u115F\u2329\u232A\u3000-\u303E\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]`;
  const wideClasses = String.raw`\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|\uFE0F`;
  return {
    segmenter: new Intl.Segmenter('en', { granularity: 'grapheme' }),
    wide: new RegExp(`${wideRanges}|${wideClasses}`, 'u'),
    zero: new RegExp(String.raw`^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$`, 'u'),
  };
}

const plainText = /^[\x20-\x7E]*$/;

/** How many terminal columns a text takes. */
export function widthOf(text: string): number {
  if (plainText.test(text)) return text.length;
  tools ??= makeTools();
  let width = 0;
  for (const { segment } of tools.segmenter.segment(text)) width += widthOfSegment(segment, tools);
  return width;
}

function widthOfSegment(segment: string, { wide, zero }: Tools): number {
  if (zero.test(segment)) return 0;
  return wide.test(segment) ? 2 : 1;
}
