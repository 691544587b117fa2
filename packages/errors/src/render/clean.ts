import { nodeUtil } from '../node-util.ts';

/** A text may hold what a stranger typed: escape sequences and control characters never reach the terminal. */
export function clean(text: string): string {
  const lines = nodeUtil().stripVTControlCharacters(text).replaceAll('\r\n', '\n');
  return lines.replaceAll(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD');
}
