import { check, checkInside, fail, type Evaluated, type Run } from '../validate.ts';
import type { Node } from './node.ts';

type Seen = Evaluated | undefined;
type Data = Readonly<Record<string, unknown>>;

/** The keywords that speak of objects. */
export function checkObject(node: Node, value: unknown, run: Run, seen: Seen): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
  const data = value as Data;
  const names = Object.keys(data);
  let isValid = checkCounts(node, data, names, run);
  for (const checkPart of [checkProperties, checkDependencies, checkRest]) {
    if (!isValid && !run.issues) return false;
    isValid = checkPart(node, data, names, run, seen) && isValid;
  }
  return isValid;
}

function checkCounts(node: Node, data: Data, names: readonly string[], run: Run): boolean {
  const { minProperties = 0, maxProperties = Infinity } = node;
  if (names.length < minProperties) return fail(run, 'minProperties', `must have at least ${minProperties} properties`);
  if (names.length > maxProperties) return fail(run, 'maxProperties', `must have at most ${maxProperties} properties`);
  let isValid = true;
  for (const name of node.required ?? []) {
    if (!Object.hasOwn(data, name)) isValid = fail(run, 'required', `must have the property ${JSON.stringify(name)}`);
  }
  return isValid;
}

function checkProperties(node: Node, data: Data, names: readonly string[], run: Run, seen: Seen): boolean {
  const { properties, patternProperties, additionalProperties, propertyNames } = node;
  if (!properties && !patternProperties && !additionalProperties && !propertyNames) return true;
  let isValid = true;
  for (const name of names) {
    if (propertyNames && !checkInside(propertyNames, name, name, run)) isValid = false;
    for (const rule of rulesFor(node, name)) {
      seen?.names.add(name);
      if (!checkInside(rule, data[name], name, run)) isValid = false;
    }
    if (!isValid && !run.issues) return false;
  }
  return isValid;
}

/** What a node asks of the value under a name. */
export function rulesFor(node: Node, name: string): readonly Node[] {
  const { properties, patternProperties, additionalProperties } = node;
  const rules: Node[] = [];
  const own = properties?.get(name);
  if (own) rules.push(own);
  for (const [pattern, rule] of patternProperties ?? []) if (pattern.regex.test(name)) rules.push(rule);
  if (rules.length === 0 && additionalProperties) rules.push(additionalProperties);
  return rules;
}

function checkDependencies(node: Node, data: Data, _: readonly string[], run: Run, seen: Seen): boolean {
  let isValid = true;
  for (const [name, needed] of node.dependentRequired ?? []) {
    if (!Object.hasOwn(data, name)) continue;
    const missing = needed.find((other) => !Object.hasOwn(data, other));
    if (missing === undefined) continue;
    isValid = fail(run, 'dependentRequired', `must have ${JSON.stringify(missing)} beside ${JSON.stringify(name)}`);
  }
  for (const [name, rule] of node.dependentSchemas ?? []) {
    if (Object.hasOwn(data, name) && !check(rule, data, run, seen)) isValid = false;
  }
  return isValid;
}

function checkRest(node: Node, data: Data, names: readonly string[], run: Run, seen: Seen): boolean {
  const { unevaluatedProperties } = node;
  if (!unevaluatedProperties || !seen) return true;
  let isValid = true;
  for (const name of names) {
    if (seen.names.has(name)) continue;
    seen.names.add(name);
    if (!checkInside(unevaluatedProperties, data[name], name, run)) isValid = false;
  }
  return isValid;
}
