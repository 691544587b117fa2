import { createRequire } from 'node:module';
import type * as DockerfileAst from 'dockerfile-ast';
import type { DockerFile, DockerInstruction } from '../../rules/contract.ts';

// Its parser takes longer to load than a small project to look at, and most projects have no Dockerfile or few.
const load = createRequire(import.meta.url);

/** Parses a Dockerfile. Whatever the text, there is an answer: a line that is no instruction has its word as keyword. */
export function parseDocker(text: string): DockerFile {
  const { DockerfileParser }: typeof DockerfileAst = load('dockerfile-ast');
  const lines = text.split(/\r?\n/);
  const dockerfile = DockerfileParser.parse(text);
  const escape = dockerfile.getEscapeCharacter();
  let stages = 0;
  const instructions = dockerfile.getInstructions().map((instruction): DockerInstruction => {
    const keyword = instruction.getKeyword();
    if (keyword === 'FROM') stages += 1;
    const { start, end } = instruction.getRange();
    const [first = '', ...rest] = lines.slice(start.line, end.line + 1);
    const raw = [first.slice(start.character + keyword.length), ...rest];
    return {
      keyword,
      arguments: joinLines(raw, escape),
      position: { line: start.line + 1, column: start.character + 1 },
      end: { line: end.line + 1, column: end.character + 1 },
      stage: Math.max(0, stages - 1),
    };
  });
  return { instructions, stages };
}

/** Joins continued lines with a blank and drops the comments between them; the lines of a heredoc stay lines. */
function joinLines(lines: readonly string[], escape: string): string {
  let joined = '';
  let isContinued = false;
  for (const line of lines) {
    if (isContinued && /^\s*(?:#|$)/.test(line)) continue;
    const trimmed = line.trimEnd();
    const continues = trimmed.endsWith(escape);
    const part = continues ? trimmed.slice(0, -1) : line;
    if (joined === '') joined = part.trim();
    else joined += isContinued ? ` ${part.trim()}` : `\n${part}`;
    isContinued = continues;
  }
  return joined.trim();
}
