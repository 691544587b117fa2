import { blocksOf, type Block } from './blocks.ts';

/** A block that is run, as a module of its own. */
export interface Snippet {
  /** Where the block starts in the document, counted from 1. */
  readonly line: number;
  /** The module: the code of the block, and of those it continues, each on the lines it has in the document. */
  readonly code: string;
}

export interface Snippets {
  readonly runs: readonly Snippet[];
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/**
 * The `ts` blocks of a document. `ts continue` follows on from the block before it and all that one continues;
 * `ts no-run <reason>` is not run.
 */
export function snippetsOf(markdown: string): Snippets {
  const runs: Snippet[] = [];
  const problems: { line: number; message: string }[] = [];
  let chain: Block[] = [];
  for (const block of blocksOf(markdown)) {
    const [language, mode, ...rest] = block.info.split(/\s+/);
    if (language !== 'ts' && language !== 'typescript') continue;
    if (mode === 'no-run') {
      if (rest.length === 0)
        problems.push({ line: block.line, message: '"no-run" needs a reason: ts no-run <reason>' });
      continue;
    }
    if (mode !== undefined && mode !== 'continue') {
      problems.push({
        line: block.line,
        message: `"${mode}" is not known; write ts, ts continue or ts no-run <reason>`,
      });
      continue;
    }
    chain = mode === 'continue' ? [...chain, block] : [block];
    runs.push({ line: block.line, code: onTheirLines(chain) });
  }
  return { runs, problems };
}

// Errors then name the line of the document without a source map.
function onTheirLines(blocks: readonly Block[]): string {
  const lines: string[] = [];
  for (const { line, code } of blocks) {
    while (lines.length < line - 1) lines.push('');
    lines.push(...code.split('\n'));
  }
  return lines.join('\n');
}
