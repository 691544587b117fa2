import { nodeUtil } from '../node-modules.ts';

// Made when it is first needed, and from text: V8 collects the characters of `\p{…}` already when it parses a literal.
let invisible: RegExp | undefined;

/** A text may hold what a stranger typed: escape sequences and control characters never reach the terminal. */
export function clean(text: string): string {
  const lines = nodeUtil().stripVTControlCharacters(text).replaceAll('\r\n', '\n');
  invisible ??= new RegExp(String.raw`(?![\n\t])[\p{Cc}\p{Bidi_Control}]`, 'gu');
  // As a number, so that the built file is ASCII: plain.ts says why.
  return lines.replaceAll(invisible, String.fromCodePoint(0xff_fd));
}
