import { kindsByCode, kindsIn } from './catalogue.ts';
import { ErrorsErrors } from './errors.ts';
import { expectOption } from './report/options.ts';
import { exitCodeOf, statusOf } from './status.ts';
import { suggest } from './suggest.ts';
import type { AnyCatalogue, ErrorMeta } from './types.ts';

/**
 * Explains an error code in a few lines of text: what it means, what to do, and how it ends a process or a request.
 *
 * @throws `seaworthy.errors.UNKNOWN_CODE`, with the nearest code, when no catalogue has it; BAD_OPTION for what is no catalogue.
 */
export function explain(code: string, catalogues: AnyCatalogue | readonly AnyCatalogue[]): string {
  const given = isList(catalogues) ? catalogues : [catalogues];
  kindsIn(given);
  const kinds = kindsByCode(given);
  expectOption(typeof code === 'string', 'code', 'a text', code);
  const kind = kinds.get(code);
  if (kind !== undefined) return explanation(kind.meta);
  const near = inNamespace(code, kinds.keys()) ?? suggest(code, kinds.keys());
  throw new ErrorsErrors.UNKNOWN_CODE({ code, hint: near === undefined ? '' : ` Did you mean ${near}?` });
}

/** The code that somebody means who leaves out its namespace. */
function inNamespace(problem: string, codes: Iterable<string>): string | undefined {
  return [...codes].find((code) => code.endsWith(`.${problem}`));
}

function isList(value: AnyCatalogue | readonly AnyCatalogue[]): value is readonly AnyCatalogue[] {
  return Array.isArray(value);
}

function explanation(meta: ErrorMeta): string {
  const rows: readonly (readonly [string, string | number | undefined])[] = [
    ['severity', meta.severity ?? 'error'],
    ['HTTP status', statusOf(meta)],
    ['exit code', exitCodeOf(meta)],
    ['retry', meta.retryable === true ? 'may help' : 'does not help'],
    ['help', meta.help],
    ['docs', meta.docs],
  ];
  const lines = rows
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => `  ${label.padEnd(12)}${below(String(value), 14)}`);
  return [meta.code, `  ${below(meta.message, 2)}`, ...lines].join('\n');
}

/** Further lines of a text stand under its first. */
function below(text: string, columns: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(columns)}`);
}
