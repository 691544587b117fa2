// What a schema, or its opposite, says of values of one type: the specification's keywords as moves and choices.
import type { Node } from '../json/node.ts';
import type { Choice, Meaning, Move, ValueType } from './goal.ts';
import { acceptsAll } from './normalize.ts';

/** What a value of the type must fulfil to be accepted; undefined when no value of the type is. */
export function meaningOf(node: Node, type: ValueType, formats: boolean): Meaning | undefined {
  if (!node.accepts || !hasType(node, type)) return undefined;
  const moves: Move[] = [...inPlace(node), ...integerOnly(node, type, true), ...unsaid(node)];
  const choices: Choice[] = [...alternatives(node)];
  if (node.enum) moves.push({ is: 'in', values: node.enum });
  if (type === 'number') moves.push(...bounds(node, true));
  if (type === 'string') moves.push(...textRules(node, true, formats));
  if (type === 'array') moves.push(...arrayRules(node));
  if (type === 'object') {
    moves.push(...objectRules(node));
    choices.push(...dependencyChoices(node));
  }
  return { moves, choices };
}

/** The ways in which a value of the type can be refused; undefined when every value of the type is. */
export function refusalOf(node: Node, type: ValueType, formats: boolean): Choice | undefined {
  if (!node.accepts || !hasType(node, type)) return undefined;
  const ways: Move[][] = [];
  if (node.enum) ways.push([{ is: 'notIn', values: node.enum }]);
  for (const move of integerOnly(node, type, false)) ways.push([move]);
  if (type === 'number') ways.push(...bounds(node, false).map((move) => [move]));
  if (type === 'string') ways.push(...textRules(node, false, formats).map((move) => [move]));
  if (type === 'array') ways.push(...arrayRefusals(node));
  if (type === 'object') ways.push(...objectRefusals(node));
  ways.push(...combinedRefusals(node));
  return ways;
}

function hasType({ types }: Node, type: ValueType): boolean {
  return !types || types.has(type) || (type === 'number' && types.has('integer'));
}

function integerOnly({ types }: Node, type: ValueType, isHeld: boolean): readonly Move[] {
  const isOnly = type === 'number' && types?.has('integer') && !types.has('number');
  return isOnly ? [{ is: 'multiple', of: 1, isHeld }] : [];
}

function hold(node: Node): Move {
  return { node, isHeld: true };
}

function refuse(node: Node): Move {
  return { node, isHeld: false };
}

function inPlace({ ref, allOf = [], not, dynamicRef }: Node): readonly Move[] {
  const target = dynamicRef?.anchor === undefined ? dynamicRef?.target : undefined;
  const held = [ref, target, ...allOf].filter((node) => node !== undefined);
  return [...held.map(hold), ...(not ? [refuse(not)] : [])];
}

function unsaid(node: Node): readonly Move[] {
  const opaque = (node.opaque ?? []).map((name): Move => ({ is: 'opaque', name, isHeld: true }));
  return [...opaque, ...untold(node)];
}

function untold(node: Node): readonly Move[] {
  const keywords = (['unevaluatedItems', 'unevaluatedProperties', 'maxContains'] as const).filter(
    (key) => node[key] !== undefined,
  );
  const dynamic = node.dynamicRef?.anchor === undefined ? [] : ['$dynamicRef'];
  return [...keywords, ...dynamic].map((keyword) => ({ is: 'untold', keyword }));
}

function alternatives(node: Node): readonly Choice[] {
  const { anyOf, oneOf } = node;
  const choices: Choice[] = [];
  if (anyOf) choices.push(anyOf.map((one) => [hold(one)]));
  if (oneOf) choices.push(oneOf.map((one, index) => [hold(one), ...oneOf.filter((_, at) => at !== index).map(refuse)]));
  if (node.if)
    choices.push([
      [hold(node.if), ...(node.then ? [hold(node.then)] : [])],
      [refuse(node.if), ...(node.else ? [hold(node.else)] : [])],
    ]);
  return choices;
}

function combinedRefusals(node: Node): readonly Move[][] {
  const { ref, allOf = [], anyOf, oneOf, not, dynamicRef } = node;
  const target = dynamicRef?.anchor === undefined ? dynamicRef?.target : undefined;
  const ways: Move[][] = [ref, target, ...allOf].filter((one) => one !== undefined).map((one) => [refuse(one)]);
  if (not) ways.push([hold(not)]);
  if (anyOf) ways.push(anyOf.map(refuse));
  if (oneOf) ways.push(oneOf.map(refuse), ...pairs(oneOf));
  if (node.if && node.then) ways.push([hold(node.if), refuse(node.then)]);
  if (node.if && node.else) ways.push([refuse(node.if), refuse(node.else)]);
  for (const name of node.opaque ?? []) ways.push([{ is: 'opaque', name, isHeld: false }]);
  for (const move of untold(node)) ways.push([move]);
  return ways;
}

function pairs(nodes: readonly Node[]): Move[][] {
  return nodes.flatMap((one, index) => nodes.slice(index + 1).map((other) => [hold(one), hold(other)]));
}

function bounds(node: Node, isHeld: boolean): readonly Move[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = node;
  const moves: Move[] = [];
  const lower = isHeld ? 'min' : 'max';
  const upper = isHeld ? 'max' : 'min';
  if (minimum !== undefined) moves.push({ is: lower, value: minimum, isOpen: !isHeld });
  if (exclusiveMinimum !== undefined) moves.push({ is: lower, value: exclusiveMinimum, isOpen: isHeld });
  if (maximum !== undefined) moves.push({ is: upper, value: maximum, isOpen: !isHeld });
  if (exclusiveMaximum !== undefined) moves.push({ is: upper, value: exclusiveMaximum, isOpen: isHeld });
  if (multipleOf !== undefined) moves.push({ is: 'multiple', of: multipleOf, isHeld });
  return moves;
}

/** How long, how many: the same for texts, arrays and objects. */
function sizes(min: number | undefined, max: number | undefined, isHeld: boolean): readonly Move[] {
  const moves: Move[] = [];
  if (min !== undefined && (isHeld || min > 0)) {
    moves.push(isHeld ? { is: 'minSize', size: min } : { is: 'maxSize', size: min - 1 });
  }
  if (max !== undefined) moves.push(isHeld ? { is: 'maxSize', size: max } : { is: 'minSize', size: max + 1 });
  return moves;
}

function textRules(node: Node, isHeld: boolean, formats: boolean): readonly Move[] {
  const { pattern, format } = node;
  return [
    ...sizes(node.minLength, node.maxLength, isHeld),
    ...(pattern ? [{ is: 'pattern', pattern, isHeld } as const] : []),
    ...(formats && format !== undefined ? [{ is: 'format', format, isHeld } as const] : []),
  ];
}

function arrayRules(node: Node): readonly Move[] {
  const { contains, minContains = 1, prefixItems, items } = node;
  return [
    ...sizes(node.minItems, node.maxItems, true),
    ...(node.uniqueItems ? [{ is: 'unique', isHeld: true } as const] : []),
    ...(prefixItems || items ? [{ is: 'items', node } as const] : []),
    ...(contains && minContains > 0 ? [{ is: 'contains', node: contains, count: minContains } as const] : []),
  ];
}

function arrayRefusals(node: Node): readonly Move[][] {
  const { contains, minContains = 1, maxContains, prefixItems = [], items } = node;
  const ways: Move[][] = sizes(node.minItems, node.maxItems, false).map((move) => [move]);
  if (node.uniqueItems) ways.push([{ is: 'unique', isHeld: false }]);
  for (const [index, rule] of prefixItems.entries()) {
    if (!acceptsAll(rule)) ways.push([{ is: 'itemBreaks', node: rule, index, orLater: false }]);
  }
  if (items && !acceptsAll(items)) {
    ways.push([{ is: 'itemBreaks', node: items, index: prefixItems.length, orLater: true }]);
  }
  if (contains && minContains > 0) ways.push([{ is: 'containsNone', node: contains }]);
  if (contains && minContains > 1) ways.push([{ is: 'untold', keyword: 'minContains' }]);
  if (contains && maxContains !== undefined) ways.push([{ is: 'contains', node: contains, count: maxContains + 1 }]);
  return ways;
}

function objectRules(node: Node): readonly Move[] {
  const { properties, patternProperties, additionalProperties, propertyNames } = node;
  return [
    ...sizes(node.minProperties, node.maxProperties, true),
    ...(node.required ?? []).map((name): Move => ({ is: 'present', name })),
    ...(properties || patternProperties || additionalProperties ? [{ is: 'properties', node } as const] : []),
    ...(propertyNames ? [{ is: 'names', node: propertyNames } as const] : []),
  ];
}

function dependencyChoices(node: Node): readonly Choice[] {
  const lists = [...(node.dependentRequired ?? [])].map(([name, needed]): Choice => [
    [{ is: 'absent', name }],
    [{ is: 'present', name }, ...needed.map((other): Move => ({ is: 'present', name: other }))],
  ]);
  const schemas = [...(node.dependentSchemas ?? [])].map(([name, rule]): Choice => [
    [{ is: 'absent', name }],
    [{ is: 'present', name }, hold(rule)],
  ]);
  return [...lists, ...schemas];
}

function objectRefusals(node: Node): readonly Move[][] {
  const ways: Move[][] = sizes(node.minProperties, node.maxProperties, false).map((move) => [move]);
  for (const name of node.required ?? []) ways.push([{ is: 'absent', name }]);
  ways.push(...valueRefusals(node));
  if (node.propertyNames) ways.push([{ is: 'nameBreaks', node: node.propertyNames }]);
  for (const [name, needed] of node.dependentRequired ?? []) {
    for (const other of needed)
      ways.push([
        { is: 'present', name },
        { is: 'absent', name: other },
      ]);
  }
  for (const [name, rule] of node.dependentSchemas ?? []) ways.push([{ is: 'present', name }, refuse(rule)]);
  return ways;
}

function valueRefusals(node: Node): readonly Move[][] {
  const { properties, patternProperties, additionalProperties } = node;
  const ways: Move[][] = [];
  for (const [name, rule] of properties ?? []) {
    if (!acceptsAll(rule)) ways.push([{ is: 'valueBreaks', node: rule, where: { name } }]);
  }
  for (const [pattern, rule] of patternProperties ?? []) {
    if (!acceptsAll(rule)) ways.push([{ is: 'valueBreaks', node: rule, where: { pattern } }]);
  }
  if (additionalProperties && !acceptsAll(additionalProperties)) {
    ways.push([{ is: 'valueBreaks', node: additionalProperties, where: { besides: node } }]);
  }
  return ways;
}
