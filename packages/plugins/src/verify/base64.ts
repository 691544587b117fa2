/**
 * Reads base64 in exactly one way: the ordinary or the URL alphabet, no spaces, and no bits that are thrown away. Node's
 * own reader takes almost anything, so that one value would have many spellings.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const ordinary = text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/={1,2}$/, '');
  const bytes = Buffer.from(ordinary, 'base64');
  return bytes.toString('base64').replace(/={1,2}$/, '') === ordinary ? bytes : undefined;
}
