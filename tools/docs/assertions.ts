import { parseSync, Visitor, type Node } from 'oxc-parser';

type Statement = Extract<Node, { type: 'ExpressionStatement' }>;
type Call = Extract<Node, { type: 'CallExpression' }>;

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Code whose assertions call `__equals` and `__prints`, and the lines that must be reached. */
export interface Asserting {
  readonly code: string;
  readonly lines: readonly number[];
}

/**
 * Turns `expression; // => value` and `console.log(…); // => text` into calls that compare. Lines stay where they are.
 *
 * @throws SyntaxError when the code does not parse or when a `// =>` follows nothing that can be compared.
 */
export function withAssertions(code: string): Asserting {
  const { program, comments, errors } = parseSync('block.ts', code);
  const [error] = errors;
  if (error) throw new SyntaxError(`line ${lineAt(code, error.labels[0]?.start ?? 0)}: ${error.message}`);
  const found: Found = { statements: [], prints: [] };
  new Visitor({
    ExpressionStatement: (node) => void found.statements.push(node),
    CallExpression: (node) => void (isConsole(node) && found.prints.push(node)),
  }).visit(program);
  const promised = comments
    .filter(({ type, value }) => type === 'Line' && value.trimStart().startsWith('=>'))
    .map(({ start, value }) => ({ offset: start, expected: value.trimStart().slice(2).trim() }));
  const made = promised.map((one) => assertionOf(code, found, one));
  return {
    code: applied(
      code,
      made.flatMap(({ edits }) => edits),
    ),
    lines: made.map(({ line }) => line),
  };
}

interface Found {
  readonly statements: Statement[];
  /** Calls of console.log and its like. */
  readonly prints: Call[];
}

interface Promised {
  readonly offset: number;
  readonly expected: string;
}

/** The edits for one `// =>`, and the line whose assertion it is. */
function assertionOf(code: string, found: Found, promised: Promised): { edits: readonly Edit[]; line: number } {
  const statement = statementBefore(code, found.statements, promised.offset);
  const text = JSON.stringify(promised.expected);
  // What a callback prints counts too: on('change', (names) => console.log(names)); // => [ 'a' ]
  const print = found.prints.findLast((call) => call.start >= statement.start && call.end <= statement.end);
  if (print) {
    const { start, end } = print.callee;
    const line = lineAt(code, start);
    return { line, edits: [{ from: start, to: end, text: `__prints(${line}, ${text})` }] };
  }
  const { start, end } = statement.expression;
  const line = lineAt(code, start);
  const before = { from: start, to: start, text: `__equals(${line}, (` };
  return { line, edits: [before, { from: end, to: end, text: `), () => (${promised.expected}), ${text})` }] };
}

/** The innermost expression statement right before the comment, on its line or on the line above. */
function statementBefore(code: string, statements: readonly Statement[], comment: number): Statement {
  const [found] = statements
    .filter(({ end }) => end <= comment && /^[^\S\n]*\n?[^\S\n]*$/.test(code.slice(end, comment)))
    .toSorted((a, b) => b.start - a.start);
  if (found) return found;
  throw new SyntaxError(`line ${lineAt(code, comment)}: "// =>" asserts nothing; put it right after an expression`);
}

// From the end, so that no edit moves what comes before it.
function applied(code: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((text, { from, to, text: by }) => text.slice(0, from) + by + text.slice(to), code);
}

function isConsole({ callee }: Call): boolean {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false;
  const { object, property } = callee;
  return object.name === 'console' && property.type === 'Identifier' && /^(log|info|warn|error)$/.test(property.name);
}

function lineAt(code: string, offset: number): number {
  return code.slice(0, offset).split('\n').length;
}
