import { parseSync, Visitor, type ParseResult } from 'oxc-parser';
import { lineOf, type Problem } from '../check/problem.ts';

/** One place where a source takes hold of the variables of the process. */
export interface EnvironmentRead {
  readonly offset: number;
  /** The name of the variable, where it is written out; otherwise all of them are passed on. */
  readonly name: string | undefined;
  /** Outside of any function: it is read when the module is imported. */
  readonly atImport: boolean;
}

/** What an app reads its configuration from: everything else gets what it needs from there. */
const entries = [
  'apps/cli/src/process-io.ts',
  'apps/cli/src/bundlers/surroundings.ts',
  'apps/server/src/main.ts',
  'apps/server/src/copy/main.ts',
];

export interface Source {
  /** From the root of the repository. */
  readonly file: string;
  readonly text: string;
  /** The README of its package, read only when something has to be looked up in it. */
  readonly readme: () => string;
}

/** An app reads variables in its entry only; a package those that its README names, and none when it is imported. */
export function environmentProblems({ file, text, readme }: Source): readonly Problem[] {
  if (!/^(?:apps|packages)\/[^/]+\/src\//.test(file) || !/process\b/.test(text)) return [];
  return environmentReads(file, text).flatMap((read) => {
    const message = file.startsWith('apps/') ? problemInApp(file) : problemInPackage(read, readme);
    return message === undefined ? [] : [{ where: `${file}:${lineOf(text, read.offset)}`, message }];
  });
}

function problemInApp(file: string): string | undefined {
  if (entries.includes(file)) return undefined;
  return `reads process.env; only ${entries.join(' and ')} may, for the configuration. Pass on what is needed.`;
}

function problemInPackage({ name, atImport }: EnvironmentRead, readme: () => string): string | undefined {
  if (atImport) return 'reads process.env when it is imported; read it when it is used.';
  if (name === undefined || readme().includes(`\`${name}\``)) return undefined;
  return `reads the variable ${name}, which the README of the package does not name in code style.`;
}

/**
 * `process.env.X`, `process.env['X']`, `process.env` and `const { env } = process`, in the order of the text; and `variables.X`
 * where the same file has `variables = process.env`, as a variable or as a default.
 */
export function environmentReads(file: string, text: string): readonly EnvironmentRead[] {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new SyntaxError(errors.map((error) => error.message).join('; '));
  const found = new Map<number, EnvironmentRead>();
  const aliases = aliasesOf(program);
  const isAlias = (node: Node | null | undefined): boolean =>
    node?.type === 'Identifier' && aliases.has(String(node.name));
  let depth = 0;
  const enter = (): void => void (depth += 1);
  const leave = (): void => void (depth -= 1);
  const add = (offset: number, name?: string): void => {
    // `process.env` in `process.env.X` begins where the whole does, and comes after it.
    if (!found.has(offset)) found.set(offset, { offset, name, atImport: depth === 0 });
  };
  new Visitor({
    FunctionDeclaration: enter,
    'FunctionDeclaration:exit': leave,
    FunctionExpression: enter,
    'FunctionExpression:exit': leave,
    ArrowFunctionExpression: enter,
    'ArrowFunctionExpression:exit': leave,
    MemberExpression: (node) => {
      if (isEnvironment(node)) add(node.start);
      else if (isEnvironment(node.object)) add(node.start, propertyOf(node));
      else if (isAlias(node.object) && propertyOf(node) !== undefined) add(node.start, propertyOf(node));
    },
    VariableDeclarator: ({ id, init }) => {
      if (id.type !== 'ObjectPattern') return;
      if (isProcess(init)) {
        const names = id.properties.map((each) => (each.type === 'Property' ? propertyName(each.key) : 'env'));
        if (names.includes('env')) add(id.start);
      } else if (isAlias(init)) {
        for (const each of id.properties) if (each.type === 'Property') add(each.start, propertyName(each.key));
      }
    },
  }).visit(program);
  return [...found.values()].toSorted((a, b) => a.offset - b.offset);
}

/** The names under which a file has all variables: `variables` in `variables = process.env`, and in `env: variables = process.env`. */
function aliasesOf(program: ParseResult['program']): ReadonlySet<string> {
  const aliases = new Set<string>();
  const add = (name: Node, value: Node | null | undefined): void => {
    if (name.type === 'Identifier' && value != null && isEnvironment(value)) aliases.add(String(name.name));
  };
  new Visitor({
    AssignmentPattern: ({ left, right }) => add(left, right),
    VariableDeclarator: ({ id, init }) => add(id, init),
  }).visit(program);
  return aliases;
}

interface Node {
  readonly type: string;
  readonly name?: unknown;
  readonly value?: unknown;
  readonly object?: Node;
  readonly property?: Node;
  readonly computed?: boolean;
}

function isEnvironment(node: Node): boolean {
  return node.type === 'MemberExpression' && isProcess(node.object) && propertyOf(node) === 'env';
}

function isProcess(node: Node | null | undefined): boolean {
  if (node?.type === 'MemberExpression') return propertyOf(node) === 'process';
  return node?.type === 'Identifier' && node.name === 'process';
}

function propertyOf({ property, computed }: Node): string | undefined {
  if (property === undefined || (computed === true && property.type !== 'Literal')) return undefined;
  return propertyName(property);
}

function propertyName(key: Node): string | undefined {
  return String(key.type === 'Literal' ? key.value : key.name);
}
