/** The pieces of a page of help: what stands alone on a line, or in a column of its own. */
const piece = /(?<=^ *| {2,})\S(?:.*?\S)??(?= {2,}|(?: \[.*)?$)/gm;

/** A page of help with the pieces that are known said in another language; names, words and marks stay. */
export function helpIn(page: string, texts: Readonly<Record<string, string>>): string {
  const known = new Map(Object.entries(texts));
  return page.replaceAll(piece, (text) => known.get(text) ?? text);
}
