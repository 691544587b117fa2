// Built by itself: a program that runs has no use for it, and the index is to load fast.
import { kindsByCode } from './catalogue.ts';
import { shapeOf } from './check-definition.ts';
import { isList, read } from './meta.ts';
import { exitCodeOf, statusOf } from './status.ts';
import { placeholders } from './template.ts';
import type { AnyCatalogue, ErrorMeta } from './types.ts';

/** What others may rely on in one error. */
export interface StableError {
  /** Names, sorted. */
  readonly params: readonly string[];
  readonly httpStatus: number;
  readonly exitCode: number;
  readonly retryable: boolean;
}

/** What a project commits, so that a change of its errors is seen. */
export interface StabilitySnapshot {
  readonly version: 1;
  /** By full code, sorted. */
  readonly errors: Readonly<Record<string, StableError>>;
}

export interface StabilityChange {
  /** `breaking` takes away what others rely on; `compatible` adds; `changed` is for a person to judge. */
  readonly kind: 'breaking' | 'changed' | 'compatible';
  readonly code: string;
  readonly text: string;
}

/** Describes catalogues as a snapshot, always in the same order. */
export function stabilitySnapshot(catalogues: readonly AnyCatalogue[]): StabilitySnapshot {
  const kinds = [...kindsByCode(catalogues).values()].toSorted((a, b) => (a.code < b.code ? -1 : 1));
  return { version: 1, errors: Object.fromEntries(kinds.map((kind) => [kind.code, stableError(kind.meta)])) };
}

function stableError(meta: ErrorMeta): StableError {
  const shape = meta.params === undefined ? undefined : shapeOf(meta.params);
  return {
    params: [...new Set([...placeholders(meta.message), ...(shape ?? [])])].toSorted(),
    httpStatus: statusOf(meta),
    exitCode: exitCodeOf(meta),
    retryable: meta.retryable === true,
  };
}

/** Lists what changed between a committed snapshot and now, breaking changes first. */
export function compareSnapshots(before: StabilitySnapshot, now: StabilitySnapshot): readonly StabilityChange[] {
  const codes = [...new Set([...Object.keys(before.errors), ...Object.keys(now.errors)])].toSorted();
  const changes = codes.flatMap((code) => compareErrors(code, errorOf(before, code), errorOf(now, code)));
  const order = ['breaking', 'changed', 'compatible'];
  return changes.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

/** A file may name anything, `constructor` too. */
function errorOf({ errors }: StabilitySnapshot, code: string): StableError | undefined {
  return Object.hasOwn(errors, code) ? errors[code] : undefined;
}

function compareErrors(code: string, before?: StableError, now?: StableError): StabilityChange[] {
  if (now === undefined) return [{ kind: 'breaking', code, text: 'The code was removed.' }];
  if (before === undefined) return [{ kind: 'compatible', code, text: 'The code is new.' }];
  const removed = before.params.filter((name) => !now.params.includes(name));
  const added = now.params.filter((name) => !before.params.includes(name));
  const differing = (['httpStatus', 'exitCode', 'retryable'] as const).filter((key) => before[key] !== now[key]);
  return [
    ...removed.map((name) => ({ kind: 'breaking' as const, code, text: `The parameter "${name}" was removed.` })),
    ...added.map((name) => ({ kind: 'compatible' as const, code, text: `The parameter "${name}" is new.` })),
    ...differing.map((key) => ({
      kind: 'changed' as const,
      code,
      text: `${key} was ${before[key]} and is ${now[key]}.`,
    })),
  ];
}

/** Reads a snapshot from parsed JSON; undefined when it is none, as one that lacks a promise would pass every check. */
export function readSnapshot(value: unknown): StabilitySnapshot | undefined {
  const errors = read(value, 'errors');
  if (read(value, 'version') !== 1 || typeof errors !== 'object' || errors === null || isList(errors)) return undefined;
  const entries = Object.entries(errors).map(([code, entry]: [string, unknown]) => [code, readError(entry)] as const);
  if (entries.some(([, entry]) => entry === undefined)) return undefined;
  return { version: 1, errors: Object.fromEntries(entries) as Record<string, StableError> };
}

function readError(entry: unknown): StableError | undefined {
  const [params, httpStatus, exitCode] = [read(entry, 'params'), read(entry, 'httpStatus'), read(entry, 'exitCode')];
  if (!isList(params) || typeof httpStatus !== 'number' || typeof exitCode !== 'number') return undefined;
  const names = params.filter((name) => typeof name === 'string');
  return { params: names, httpStatus, exitCode, retryable: read(entry, 'retryable') === true };
}
