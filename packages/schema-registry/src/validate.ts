// The validation of JSON data by a graph of nodes. Nothing is generated, nothing is fetched.
// (1) An instance deeper than `maxInstanceDepth`, or a schema that refers to itself without going inside, is refused.
// (2) Only own properties count: `__proto__` and `constructor` are names like any other.
import { equalityKey } from './canonical.ts';
import { SchemaErrors } from './errors.ts';
import { buildGraph, type SchemaGraph } from './json/build.ts';
import { isMultipleOf } from './json/decimal.ts';
import type { DocumentOptions } from './json/document.ts';
import { isOfFormat } from './json/format.ts';
import type { Node } from './json/node.ts';
import { checkArray } from './json/check-array.ts';
import { checkObject } from './json/check-object.ts';
import { typeOf } from './json/type.ts';
import type { Schema, SchemaResult } from './schema.ts';

export interface JsonSchemaReadOptions extends DocumentOptions {
  /** Whether `format` is a rule; otherwise it is a note for people, as draft 2020-12 has it. @default false */
  readonly formats?: boolean;
}

/** One problem of an instance. */
export interface JsonIssue {
  /** The names and places that lead to the part. */
  readonly path: readonly (string | number)[];
  /** The keyword that refused it. */
  readonly keyword: string;
  readonly message: string;
}

/** What the parts of a value were looked at by, for the `unevaluated…` keywords. */
export interface Evaluated {
  readonly names: Set<string>;
  /** Items before this place were looked at. */
  items: number;
  readonly places: Set<number>;
}

export interface Scope {
  readonly node: Node;
  readonly outer: Scope | undefined;
}

/** One run over one instance. */
export interface Run {
  readonly formats: boolean;
  readonly limit: number;
  readonly issues: JsonIssue[] | undefined;
  readonly path: (string | number)[];
  depth: number;
  /** How many schemas in a row have spoken of the same value. */
  still: number;
  scope: Scope | undefined;
  /** Is told when the answer may be another one: a rule in code should have been asked, or the way here counts. */
  readonly met?: { isOpaque: boolean };
}

/** An instance nested deeper is refused, with a code. */
const maxInstanceDepth = 400;
const maxIssues = 1_000;

/** True when a graph accepts a value; with `issues` every problem is put there. */
export function checkValue(graph: SchemaGraph, value: unknown, formats: boolean, issues?: JsonIssue[]): boolean {
  const run: Run = {
    formats,
    limit: Math.min(graph.nodes.length * 2 + 8, 500),
    issues,
    path: [],
    depth: 0,
    still: 0,
    scope: undefined,
  };
  return checkRoot(graph.root, value, run);
}

/** Starts a run. @throws DATA_TOO_DEEP, CYCLIC_SCHEMA */
export function checkRoot(node: Node, value: unknown, run: Run): boolean {
  try {
    return check(node, value, run, undefined);
  } catch (cause) {
    // The caller may have used most of the stack already.
    if (!(cause instanceof RangeError)) throw cause;
    throw new SchemaErrors.DATA_TOO_DEEP({ depth: run.depth }, { cause });
  }
}

/** True when the node accepts the value; what it looked at is added to `seen`. */
export function check(node: Node, value: unknown, run: Run, seen: Evaluated | undefined): boolean {
  if (!node.accepts) return fail(run, 'false', 'is not allowed here');
  const outer = run.scope;
  run.still += 1;
  if (run.still > run.limit) throw new SchemaErrors.CYCLIC_SCHEMA({ where: node.location });
  if (outer?.node.resource !== node.resource) run.scope = { node, outer };
  try {
    if (!node.unevaluatedItems && !node.unevaluatedProperties) return checkKeywords(node, value, run, seen);
    // What stands beside this schema may have looked at more, which is none of its business.
    const own = newEvaluated();
    if (!checkKeywords(node, value, run, own)) return false;
    if (seen) merge(seen, own);
    return true;
  } finally {
    run.scope = outer;
    run.still -= 1;
  }
}

/** The same for a part of the value. */
export function checkInside(node: Node, value: unknown, key: string | number, run: Run): boolean {
  if (run.depth >= maxInstanceDepth) throw new SchemaErrors.DATA_TOO_DEEP({ depth: maxInstanceDepth });
  const { still } = run;
  run.still = 0;
  run.depth += 1;
  run.path.push(key);
  try {
    return check(node, value, run, undefined);
  } finally {
    run.path.pop();
    run.depth -= 1;
    run.still = still;
  }
}

function newEvaluated(): Evaluated {
  return { names: new Set(), items: 0, places: new Set() };
}

export function fail(run: Run, keyword: string, message: string): false {
  if (run.issues && run.issues.length < maxIssues) run.issues.push({ path: [...run.path], keyword, message });
  return false;
}

/** Without issues the first refusal ends it; with issues every keyword has its say. */
function checkKeywords(node: Node, value: unknown, run: Run, seen: Evaluated | undefined): boolean {
  let isValid = true;
  for (const checkPart of [checkReferences, checkLiterals, checkScalar, checkCombined, checkArray, checkObject]) {
    if (checkPart(node, value, run, seen)) continue;
    isValid = false;
    if (!run.issues) return false;
  }
  if (node.opaque && run.met) run.met.isOpaque = true;
  return isValid;
}

type Seen = Evaluated | undefined;

function checkReferences(node: Node, value: unknown, run: Run, seen: Seen): boolean {
  if (node.ref && !check(node.ref, value, run, seen)) return false;
  if (!node.dynamicRef) return true;
  // Where it leads depends on the way here, and a part that is asked alone has come no way.
  if (run.met && node.dynamicRef.anchor !== undefined) run.met.isOpaque = true;
  return check(dynamicTarget(node.dynamicRef, run), value, run, seen);
}

/** The outermost resource on the way here that has the anchor decides. */
function dynamicTarget({ target, anchor }: NonNullable<Node['dynamicRef']>, run: Run): Node {
  if (anchor === undefined) return target;
  let found = target;
  for (let scope = run.scope; scope; scope = scope.outer) {
    found = scope.node.resource.dynamicNodes.get(anchor) ?? found;
  }
  return found;
}

function checkLiterals(node: Node, value: unknown, run: Run): boolean {
  if (node.types && !isOfType(node.types, value)) {
    return fail(run, 'type', `must be ${[...node.types].join(' or ')}, got ${typeOf(value)}`);
  }
  if (!node.enumKeys || node.enumKeys.has(equalityKey(value))) return true;
  const shown = [...node.enumKeys].slice(0, 10).join(', ');
  return fail(run, 'enum', `must be ${node.enumKeys.size === 1 ? '' : 'one of '}${shown}`);
}

function isOfType(types: NonNullable<Node['types']>, value: unknown): boolean {
  const type = typeOf(value);
  if (type === 'undefined') return false;
  return types.has(type) || (type === 'number' && types.has('integer') && Number.isInteger(value));
}

function checkScalar(node: Node, value: unknown, run: Run): boolean {
  if (typeof value === 'number') return checkNumber(node, value, run);
  if (typeof value === 'string') return checkString(node, value, run);
  return true;
}

function checkNumber(node: Node, value: number, run: Run): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = node;
  if (minimum !== undefined && value < minimum) return fail(run, 'minimum', `must be at least ${minimum}`);
  if (maximum !== undefined && value > maximum) return fail(run, 'maximum', `must be at most ${maximum}`);
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) {
    return fail(run, 'exclusiveMinimum', `must be above ${exclusiveMinimum}`);
  }
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) {
    return fail(run, 'exclusiveMaximum', `must be below ${exclusiveMaximum}`);
  }
  if (multipleOf === undefined || isMultipleOf(value, multipleOf)) return true;
  return fail(run, 'multipleOf', `must be a multiple of ${multipleOf}`);
}

function checkString(node: Node, value: string, run: Run): boolean {
  const { minLength, maxLength, pattern, format } = node;
  if (minLength !== undefined || maxLength !== undefined) {
    const length = lengthOf(value);
    if (length < (minLength ?? 0)) return fail(run, 'minLength', `must have at least ${minLength} characters`);
    if (length > (maxLength ?? Infinity)) return fail(run, 'maxLength', `must have at most ${maxLength} characters`);
  }
  if (pattern && !pattern.regex.test(value)) return fail(run, 'pattern', `must match ${pattern.source}`);
  if (!run.formats || format === undefined || isOfFormat(format, value)) return true;
  return fail(run, 'format', `must be of the format ${format}`);
}

/** Characters, not UTF-16 units. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

function checkCombined(node: Node, value: unknown, run: Run, seen: Seen): boolean {
  const { allOf, anyOf, oneOf, not } = node;
  if (allOf && !allEvery(allOf, value, run, seen)) return false;
  if (anyOf && countOf(anyOf, value, run, seen) === 0) return fail(run, 'anyOf', 'must match one of the alternatives');
  if (oneOf) {
    const count = countOf(oneOf, value, run, seen);
    if (count !== 1) return fail(run, 'oneOf', `must match exactly one alternative, matches ${count}`);
  }
  if (not && probe(not, value, run, undefined)) return fail(run, 'not', 'must not match the refused schema');
  return !node.if || checkCondition(node, node.if, value, run, seen);
}

function allEvery(nodes: readonly Node[], value: unknown, run: Run, seen: Seen): boolean {
  let isValid = true;
  for (const node of nodes) {
    if (check(node, value, run, seen)) continue;
    isValid = false;
    if (!run.issues) return false;
  }
  return isValid;
}

function countOf(nodes: readonly Node[], value: unknown, run: Run, seen: Seen): number {
  return nodes.filter((node) => probe(node, value, run, seen)).length;
}

/** Asks without telling: what refuses in an alternative is no issue, and has looked at nothing. */
function probe(node: Node, value: unknown, run: Run, seen: Seen): boolean {
  const own = seen && newEvaluated();
  const quiet: Run = run.issues ? { ...run, issues: undefined, path: [] } : run;
  if (!check(node, value, quiet, own)) return false;
  if (seen && own) merge(seen, own);
  return true;
}

function merge(into: Evaluated, from: Evaluated): void {
  for (const name of from.names) into.names.add(name);
  for (const place of from.places) into.places.add(place);
  into.items = Math.max(into.items, from.items);
}

function checkCondition(node: Node, condition: Node, value: unknown, run: Run, seen: Seen): boolean {
  const branch = probe(condition, value, run, seen) ? node.then : node.else;
  return !branch || check(branch, value, run, seen);
}

/**
 * Makes a schema out of a JSON Schema of draft-07 or 2020-12, to be registered like any other.
 *
 * Regular expressions are matched by the engine of JavaScript, which may take long for a hostile one: take schemas from
 * people you trust. `$ref` reaches the given documents and nothing else.
 *
 * @throws INVALID_JSON_SCHEMA, SCHEMA_TOO_DEEP, UNKNOWN_REFERENCE; its validation throws DATA_TOO_DEEP and CYCLIC_SCHEMA.
 */
export function fromJsonSchema(schema: unknown, options: JsonSchemaReadOptions = {}): Schema {
  const graph = buildGraph(schema, options);
  const { formats = false } = options;
  const jsonSchema = (): unknown => schema;
  const standard = {
    version: 1 as const,
    vendor: 'seaworthy-json-schema',
    validate: (value: unknown) => validateBy(graph, value, formats),
    jsonSchema: { input: jsonSchema, output: jsonSchema, options },
  };
  return { '~standard': standard };
}

function validateBy(graph: SchemaGraph, value: unknown, formats: boolean): SchemaResult<unknown> {
  if (checkValue(graph, value, formats)) return { value };
  const issues: JsonIssue[] = [];
  checkValue(graph, value, formats, issues);
  return { issues };
}
