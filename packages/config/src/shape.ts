import { standard } from './builders/standard.ts';
import { ConfigErrors } from './errors.ts';
import { isLeaf, type Leaf, type LeafDefinition } from './leaf.ts';
import { kindOf } from './problems.ts';
import type { Secret } from './secret.ts';
import { isStandardSchema, type StandardSchema } from './standard.ts';
import { replaceOthers, splitHumps } from './words.ts';

/** Leaves, Standard Schemas and groups of them, by name. */
export interface Shape {
  readonly [key: string]: Leaf<unknown, never> | StandardSchema | Shape;
}

/** The value a shape describes. */
export type ValueOf<S> =
  S extends Leaf<infer T, never>
    ? T
    : S extends StandardSchema<infer _Input, infer Output>
      ? Output
      : { readonly [Key in keyof S]: ValueOf<S[Key]> };

/** The dotted keys of a shape. */
export type KeyOf<S> = {
  [Key in keyof S & string]: S[Key] extends Leaf<unknown, never> | StandardSchema ? Key : `${Key}.${KeyOf<S[Key]>}`;
}[keyof S & string];

/** The value at a dotted key. */
export type ValueAt<S, Key extends string> = Key extends keyof S
  ? ValueOf<S[Key]>
  : Key extends `${infer Head}.${infer Rest}`
    ? Head extends keyof S
      ? ValueAt<S[Head], Rest>
      : never
    : never;

/** The dotted keys whose values are secrets, also optional ones. */
export type SecretKeyOf<S> = {
  [Key in KeyOf<S>]: Extract<ValueAt<S, Key>, Secret<unknown>> extends never ? never : Key;
}[KeyOf<S>];

/** A leaf with its place in the shape. */
export interface Entry {
  readonly key: string;
  readonly path: readonly string[];
  readonly leaf: LeafDefinition<unknown>;
}

/** A group of a compiled shape. */
export interface Group {
  readonly members: ReadonlyMap<string, Entry | Group>;
}

/** A shape made ready for reading: by tree, by key, and by loose name. */
export interface CompiledShape {
  readonly root: Group;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly byName: ReadonlyMap<string, Entry>;
}

/** @throws seaworthy.config.BAD_SHAPE when two keys have the same loose name, or a key cannot be used. */
export function compileShape(shape: Shape): CompiledShape {
  const entries = new Map<string, Entry>();
  const root = compileGroup(shape, [], entries);
  return { root, entries, byName: indexByName(entries) };
}

function compileGroup(shape: Shape, path: readonly string[], entries: Map<string, Entry>): Group {
  const members = new Map<string, Entry | Group>();
  refuseNoGroup(shape, path);
  for (const [name, node] of Object.entries(shape)) {
    refuseBadName(name, path);
    const here = [...path, name];
    if (isLeaf(node) || isStandardSchema(node)) {
      const entry: Entry = { key: here.join('.'), path: here, leaf: (isLeaf(node) ? node : standard(node))['~leaf'] };
      entries.set(entry.key, entry);
      members.set(name, entry);
    } else {
      members.set(name, compileGroup(node, here, entries));
    }
  }
  return { members };
}

/** A value in the place of a leaf: other libraries take the default there. */
function refuseNoGroup(shape: unknown, path: readonly string[]): void {
  if (typeof shape === 'object' && shape !== null && !Array.isArray(shape)) return;
  const where = path.length === 0 ? 'it' : `"${path.join('.')}"`;
  throw new ConfigErrors.BAD_SHAPE({
    reason: `${where} is ${kindOf(shape)}. Give a leaf such as string(), a Standard Schema, or a group of them.`,
  });
}

function refuseBadName(name: string, path: readonly string[]): void {
  if (name !== '__proto__' && !name.includes('.') && looseName(name) !== '') return;
  const key = [...path, name].join('.');
  throw new ConfigErrors.BAD_SHAPE({
    reason: `the name ${JSON.stringify(name)} in "${key}" needs a letter or a digit, and no dot.`,
  });
}

function indexByName(entries: ReadonlyMap<string, Entry>): Map<string, Entry> {
  const byName = new Map<string, Entry>();
  for (const entry of entries.values()) {
    const name = looseName(entry.key);
    const other = byName.get(name);
    if (other !== undefined) {
      throw new ConfigErrors.BAD_SHAPE({
        reason: `"${other.key}" and "${entry.key}" cannot be told apart in a variable or a flag. Rename one.`,
      });
    }
    byName.set(name, entry);
  }
  return byName;
}

/** What remains of a name when case and separators do not count: `SERVER_DATA_DIR`, `server.dataDir` and `server-data-dir` are one. */
export function looseName(name: string): string {
  let loose = '';
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index);
    if (code > 127) return replaceOthers(name, '').toLowerCase();
    const isUpper = code >= 65 && code <= 90;
    if (isUpper) loose += String.fromCharCode(code + 32);
    else if ((code >= 97 && code <= 122) || (code >= 48 && code <= 57)) loose += name[index];
  }
  return loose;
}

/** A key as a variable name: `server.dataDir` gives `SERVER_DATA_DIR`. */
export function variableName(key: string): string {
  return replaceOthers(splitHumps(key, '_'), '_').toUpperCase();
}
