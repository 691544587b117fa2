import { itemsOf, metaOf, read } from './meta.ts';
import type { JsonValue } from './plain.ts';
import { snapshot } from './snapshot.ts';
import { exitCodeOf, statusOf } from './status.ts';
import type { ErrorMeta, Severity } from './types.ts';

/** Where something is in a source text. Lines and columns count from 1, columns in UTF-16 code units. */
export interface Location {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  /** First column after the end. */
  readonly endColumn?: number;
}

/** One of many problems, as plain, redacted data. */
export interface Problem extends Location {
  readonly code: string;
  readonly message: string;
  readonly severity: Severity;
  readonly httpStatus: number;
  readonly exitCode: number;
  readonly params?: Readonly<Record<string, JsonValue>>;
  /** What was probably meant, as a sentence. */
  readonly suggestion?: string;
  readonly help?: string;
  readonly docs?: string;
}

/** Turns any error into a problem at a location. */
export function problemOf(error: unknown, details: Location & { readonly suggestion?: string } = {}): Problem {
  const json = snapshot(error, 'readable');
  const meta: ErrorMeta = metaOf(error) ?? { code: json.name, message: '' };
  return {
    code: meta.code,
    message: json.message,
    severity: meta.severity ?? 'error',
    httpStatus: statusOf(meta),
    exitCode: exitCodeOf(meta),
    ...(json.params === undefined ? {} : { params: json.params }),
    ...(meta.help === undefined ? {} : { help: meta.help }),
    ...(meta.docs === undefined ? {} : { docs: meta.docs }),
    ...details,
  };
}

/** The problems that a collected error carries; none for any other value. */
export function problemsIn(error: unknown): readonly Problem[] {
  if (metaOf(error)?.code !== 'seaworthy.errors.COLLECTED') return [];
  const problems = read(read(error, 'params'), 'problems');
  return itemsOf(problems).filter(isProblem);
}

function isProblem(value: unknown): value is Problem {
  const isText = ['code', 'message', 'severity'].every((key) => typeof read(value, key) === 'string');
  return isText && ['httpStatus', 'exitCode'].every((key) => typeof read(value, key) === 'number');
}

/** `src/app.ts:3:14`, as far as it is known. */
export function locationText(location: Location): string {
  return [location.file ?? '', location.line, location.column].filter((part) => part !== undefined).join(':');
}
