import { classify, refineYaml } from '../project/classify.ts';
import { Lines } from '../project/lines.ts';
import { parseScript } from '../project/parse/script.ts';
import type { FileKind } from '../rules/contract.ts';

/** A comment to insert. */
export interface Suppression {
  /** Where, in the text that rules have seen. */
  readonly offset: number;
  /** What stands before the reason, and after it. */
  readonly before: string;
  readonly after: string;
}

const hashKinds: ReadonlySet<FileKind> = new Set(['dockerfile', 'compose', 'kubernetes', 'workflow', 'yaml', 'env']);

/** The comment that holds back findings of a rule in a line; undefined where no comment can stand. */
export function suppression(path: string, text: string, line: number, rule: string): Suppression | undefined {
  const lines = new Lines(text);
  const offset = lines.offset({ line, column: 1 });
  const indent = /^[ \t]*/.exec(lines.line(line))?.[0] ?? '';
  const after = text.includes('\r\n') ? '\r\n' : '\n';
  const words = `seaworthy-ignore-next-line ${rule}: `;
  const kind = kindOf(path, text);
  if (hashKinds.has(kind)) return { offset, before: `${indent}# ${words}`, after };
  if (kind !== 'script') return undefined;
  const forms = [
    { before: `${indent}// ${words}`, after },
    { before: `${indent}{/* ${words}`, after: ` */}${after}` },
  ];
  const form = forms.find((each) => isComment(path, text, offset, each));
  return form && { offset, ...form };
}

function kindOf(path: string, text: string): FileKind {
  const kind = classify(path);
  return kind === 'yaml' ? refineYaml(text) : kind;
}

/** Whether the file parses with it, and takes it for a comment: in a template or between tags, it may be text. */
function isComment(
  path: string,
  text: string,
  offset: number,
  { before, after }: Omit<Suppression, 'offset'>,
): boolean {
  const parsed = parseScript(path, `${text.slice(0, offset)}${before}reason${after}${text.slice(offset)}`);
  return parsed.ok && parsed.value.comments.some(({ start }) => start >= offset && start < offset + before.length);
}
