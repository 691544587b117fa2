import { parseSync, Visitor } from 'oxc-parser';

/** One place where a file names a module. */
export interface Import {
  readonly specifier: string;
  readonly offset: number;
  /** Gone after type stripping: `import type`, `export type … from`, `import('x').Y`. */
  readonly typeOnly: boolean;
  /** `file` for `new URL('…', import.meta.url)`, which opens a file instead of importing a module. */
  readonly kind: 'module' | 'file';
}

/** Everything a source imports by a literal name, in the order of the text. A source that does not parse is an error. */
export function importsOf(file: string, text: string): readonly Import[] {
  const { module, program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new SyntaxError(errors.map((error) => error.message).join('; '));
  const found: Import[] = [];
  for (const { moduleRequest, entries } of module.staticImports) {
    const typeOnly = entries.length > 0 && entries.every((entry) => entry.isType);
    found.push({ specifier: moduleRequest.value, offset: moduleRequest.start, typeOnly, kind: 'module' });
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest) {
        found.push({ specifier: moduleRequest.value, offset: moduleRequest.start, typeOnly: isType, kind: 'module' });
      }
    }
  }
  collectExpressions(program, found);
  return found.toSorted((a, b) => a.offset - b.offset);
}

/** `import('x')` as a value and as a type, `require('x')`, `require.resolve('x')` and `new URL('x', import.meta.url)`. */
function collectExpressions(program: Parameters<Visitor['visit']>[0], found: Import[]): void {
  const add = (
    node: { type: string; start: number; value?: unknown } | undefined,
    rest: Partial<Import> = {},
  ): void => {
    if (node?.type !== 'Literal' || typeof node.value !== 'string') return;
    found.push({ specifier: node.value, offset: node.start, typeOnly: false, kind: 'module', ...rest });
  };
  new Visitor({
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source, { typeOnly: true }),
    CallExpression: ({ callee, arguments: [first] }) => {
      const target = callee.type === 'MemberExpression' ? callee.object : callee;
      if (target.type === 'Identifier' && target.name === 'require') add(first);
    },
    NewExpression: ({ callee, arguments: [first, second] }) => {
      const isUrl = callee.type === 'Identifier' && callee.name === 'URL';
      if (isUrl && second?.type === 'MemberExpression' && second.object.type === 'MetaProperty') {
        add(first, { kind: 'file' });
      }
    },
  }).visit(program);
}
