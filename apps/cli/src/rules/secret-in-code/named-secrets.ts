import type { Node, ProjectFile } from '../contract.ts';
import { keyOf, lastNameOf, textOf, unwrap } from '../syntax/expressions.ts';
import { isSecretName, looksSecret } from '../syntax/secrets.ts';

/** A variable or field whose name says "secret" and whose value is written in the code. */
export interface NamedSecret {
  readonly node: Node;
  readonly name: string;
}

/** A name that ends as a secret's does, before a value or its type. */
const hint =
  /(?:passw(?:or)?d|pwd|passphrase|secret|(?:secret|api|access|private|encryption|signing)_?key|token|credentials?)["'`\])!?\s]*(?:[:=|&/]|as\b|satisfies\b)/i;
/** A quoted text without a blank, with a digit, where a name is given a value: no other looks secret. */
const madeUp = /[=:|?>/](?:\s*\()*\s*(["'`])(?=(?:[^\s\\]|\\[^]){0,600}\d)(?:(?!\1)[^\s\\]|\\[^]){8,500}\1/;

export function namedSecrets(file: ProjectFile): readonly NamedSecret[] {
  const found: NamedSecret[] = [];
  if (!hint.test(file.text) || !madeUp.test(file.text)) return found;
  const look = (node: Node, name: string | undefined, value: Node | null): void => {
    if (name === undefined || !isSecretName(name)) return;
    const text = fixedText(value);
    if (text !== undefined && looksSecret(text)) found.push({ node, name });
  };
  file.script().visit({
    VariableDeclarator: (node) => look(node, lastNameOf(node.id), node.init),
    AssignmentExpression: (node) => look(node, lastNameOf(node.left), node.right),
    Property: (node) => look(node, keyOf(node), node.value),
    PropertyDefinition: (node: Extract<Node, { value: unknown; key: Node; static: boolean }>) => {
      if (node.type === 'PropertyDefinition') look(node, keyOf(node), node.value);
    },
  });
  return found;
}

/** The text, also when it is only used because a variable is not set. */
function fixedText(value: Node | null): string | undefined {
  if (!value) return undefined;
  const bare = unwrap(value);
  return textOf(bare.type === 'LogicalExpression' && bare.operator !== '&&' ? bare.right : bare);
}
