/** A fenced block of a Markdown document. */
export interface Block {
  /** The words after the opening fence: `ts continue`. */
  readonly info: string;
  /** The first line of the code, counted from 1 in the document. */
  readonly line: number;
  readonly code: string;
}

/** The fenced blocks of a document, in its order. Longer fences may hold shorter ones. */
export function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const open = /^(?<indent> {0,3})(?<fence>`{3,}|~{3,})(?<info>[^`]*)$/.exec(lines[at] ?? '')?.groups;
    if (open === undefined) continue;
    const { fence = '', info = '' } = open;
    const first = at + 1;
    do at += 1;
    while (at < lines.length && !isClosing(lines[at] ?? '', fence));
    blocks.push({ info: info.trim(), line: first + 1, code: lines.slice(first, at).join('\n') });
  }
  return blocks;
}

function isClosing(line: string, fence: string): boolean {
  const text = line.trim();
  return text.length >= fence.length && text === fence.charAt(0).repeat(text.length);
}

/** The document without its fenced blocks and code spans, line for line: what is prose stays where it was. */
export function proseOf(markdown: string): string {
  const lines = markdown.split(/\r?\n/);
  for (const { line, code } of blocksOf(markdown)) lines.fill('', line - 1, line - 1 + code.split('\n').length);
  return lines
    .map((line) => line.replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/g, (span) => ' '.repeat(span.length)))
    .join('\n');
}
