import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { explain, type AnyCatalogue } from '@seaworthy/errors';
import type { Problem } from '../check/problem.ts';

/** The page of all error codes, from the root. */
export const errorsPage = 'docs/reference/errors.md';

const sources = ['packages/*/src/**/errors.ts', 'apps/*/src/**/errors.ts', 'tools/errors.ts'];

/** Every catalogue that an errors.ts of the repository declares. */
export async function readCatalogues(root: string): Promise<readonly AnyCatalogue[]> {
  const found: AnyCatalogue[] = [];
  for (const file of globSync(sources, { cwd: root }).toSorted()) {
    const module: Record<string, unknown> = await import(pathToFileURL(join(root, file)).href);
    found.push(...Object.values(module).filter(isCatalogue));
  }
  return found;
}

function isCatalogue(value: unknown): value is AnyCatalogue {
  if (typeof value !== 'object' || value === null) return false;
  const kinds: readonly unknown[] = Object.values(value);
  return kinds.length > 0 && kinds.every((kind) => typeof kind === 'function' && 'code' in kind && 'meta' in kind);
}

/** The page as it should be: what `explain` says of each code, by package. */
export function errorIndex(catalogues: readonly AnyCatalogue[]): string {
  const codes = codesOf(catalogues);
  const namespaces = [...new Set(codes.map(namespaceOf))].toSorted();
  const sections = namespaces.map((namespace) => {
    const entries = codes.filter((code) => namespaceOf(code) === namespace).toSorted();
    return [`## ${namespace}`, ...entries.map((code) => entryOf(code, catalogues))].join('\n\n');
  });
  const intro =
    'Every error of the packages, apps and tools, by its code. Written by `npm run docs:errors` from each `errors.ts`.';
  return `${['# Error codes', intro, ...sections].join('\n\n')}\n`;
}

function entryOf(code: string, catalogues: readonly AnyCatalogue[]): string {
  return `### \`${code}\`\n\n\`\`\`text\n${explain(code, catalogues)}\n\`\`\``;
}

function codesOf(catalogues: readonly AnyCatalogue[]): readonly string[] {
  return catalogues.flatMap((catalogue) => Object.values(catalogue).map((kind) => kind.code));
}

function namespaceOf(code: string): string {
  return code.slice(0, code.lastIndexOf('.'));
}

/** Codes that the page lacks, and codes on it that no errors.ts declares. */
export async function errorPageProblems(root: string): Promise<readonly Problem[]> {
  const catalogues = await readCatalogues(root);
  const file = join(root, errorsPage);
  const page = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (page === errorIndex(catalogues)) return [];
  const declared = new Set(codesOf(catalogues));
  const listed = new Set([...page.matchAll(/^### `([^`]+)`$/gm)].map(([, code = '']) => code));
  const missing = [...declared].filter((code) => !listed.has(code));
  const stale = [...listed].filter((code) => !declared.has(code));
  const messages = [
    ...(missing.length > 0 ? [`declared and not on the page: ${missing.join(', ')}`] : []),
    ...(stale.length > 0 ? [`on the page and declared nowhere: ${stale.join(', ')}`] : []),
  ];
  if (messages.length === 0) messages.push('the page says something else than the errors.ts files');
  return messages.map((message) => ({ where: errorsPage, message: `${message}. Run npm run docs:errors.` }));
}
