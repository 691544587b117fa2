/** One thing that is wrong with a document. */
export interface FlagProblem {
  /** Where, such as `flags.new-ui.targeting.if[0]`. */
  readonly path: string;
  readonly message: string;
  /** The flag that cannot be used because of it. */
  readonly flag?: string;
  /** The shared rule that cannot be used; flags that name it have a problem of their own. */
  readonly evaluator?: string;
}

/** Notes a problem. */
export type Report = (path: string, message: string) => void;

/**
 * A path that stays what it is.
 *
 * Whether anything is wrong is asked of every flag at each load, where of almost none: the first look saves writing paths.
 */
export const nowhere = '?';

/** The path of a property: plain names with a dot, others in brackets. */
export function at(path: string, name: string | number): string {
  if (path === nowhere) return nowhere;
  if (typeof name === 'number') return `${path}[${name}]`;
  if (/^[\w$-]+$/.test(name)) return path === '' ? name : `${path}.${name}`;
  return `${path}[${JSON.stringify(name)}]`;
}

/** A short picture of a value for a message. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? `a ${typeof value}`;
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
