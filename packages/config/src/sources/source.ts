import type { Environment } from '../environment.ts';
import type { Problem } from '../problems.ts';
import type { CompiledShape } from '../shape.ts';

/** A raw value for one key, with the place it was found. */
export interface Candidate {
  readonly raw: unknown;
  /** True when the source can only carry text. */
  readonly text: boolean;
  /** Asked only when somebody wants to know: finding a line and column takes time. */
  readonly source: () => string;
}

/** What a source had to say. */
export interface Reading {
  readonly values: ReadonlyMap<string, Candidate>;
  readonly problems: readonly Problem[];
  /**
   * For each file that was read, whether it is still the same: files that are replaced together, such as those of a
   * ConfigMap, must not be read half from before and half from after.
   */
  readonly isCurrent?: readonly (() => boolean)[];
  /** What was read expires: a configuration that is watched is read again after this long. */
  readonly refreshAfterMs?: number;
}

export interface ReadContext {
  readonly shape: CompiledShape;
  readonly environment: Environment;
  /** Relative paths start here. */
  readonly cwd: string;
  readonly signal: AbortSignal;
}

/** One layer of the configuration; later sources win over earlier ones. */
export interface Source {
  readonly name: string;
  read(context: ReadContext): Reading | Promise<Reading>;
  /** How a user sets this key here, such as `APP_SERVER_PORT`. */
  hint?(key: string): string;
  /** The directories to watch for changes, for sources that live in files. */
  directories?(context: Pick<ReadContext, 'environment' | 'cwd'>): readonly string[];
}

/** A reading that consists of one problem. */
export function failedReading(source: string, message: string): Reading {
  return { values: new Map(), problems: [{ key: '', source, message }] };
}

export const emptyReading: Reading = Object.freeze({ values: new Map<string, Candidate>(), problems: [] });
