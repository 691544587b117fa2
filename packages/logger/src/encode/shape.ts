// The keys of records repeat, so what depends on keys alone is worked out once and kept in a tree: one node for each
// key after the keys before it. A node knows its escaped text, its redaction and whether the key is taken already.
//
// (1) A reserved key is never overwritten: a field of that name is written with `_` behind it.
// (2) No key is written twice.
// (3) The tree has a bounded size; beyond it nodes are made for one use.
import type { Rule } from '../redact.ts';
import { flat, quote } from './text.ts';

/** What to do with the value of a key. */
export const Action: { readonly write: 0; readonly hide: 1; readonly repeat: 2; readonly leaveOut: 3 } = {
  write: 0,
  hide: 1,
  /** The key is among the bound fields. */
  repeat: 2,
  leaveOut: 3,
};

export type ActionCode = 0 | 1 | 2 | 3;

/** A key and its value. */
export interface RepeatedText {
  /** `,"key":value` */
  readonly text: string;
  /** The same behind a text whose closing quote is left to what comes next. */
  readonly textAfterText: string;
}

/** Bound fields and the values of keys up to one, all as they were the last time. */
export interface Run {
  /** The text of the bound fields, or the run up to the key before. */
  readonly before: Run | string;
  text: string;
  isFlat: boolean;
}

/** The most keys that are written of one object. */
export const mostKeys = 500;
const mostNodes = 20_000;

interface Tree {
  size: number;
}

/** The keys of an object up to one of them. */
export class Shape {
  readonly key: string;
  /** The key as it stands in the record. */
  readonly writtenKey: string;
  /** `,"key":` */
  readonly prefix: string;
  /** `{"key":` */
  readonly firstPrefix: string;
  /** `,"key":"`, for a text that needs no escaping. */
  readonly textPrefix: string;
  /** `","key":`, behind such a text, whose closing quote is left to what comes next: fewer pieces join faster. */
  readonly prefixAfterText: string;
  /** `","key":"` */
  readonly textPrefixAfterText: string;
  readonly action: ActionCode;
  /** True when every key up to here is written as it was given, and none is hidden or left out. */
  readonly isAsGiven: boolean;
  readonly rule: Rule | undefined;
  readonly depth: number;
  // The value that was here last time, and once it has come again its text: much of what is logged repeats, such as a
  // method or a status. Only simple values are kept, which hold nothing else in memory.
  lastValue: unknown = this;
  lastText: RepeatedText | undefined = undefined;
  /** What is written up to here when this value and all before it repeat. */
  run: Run | undefined = undefined;
  /** The bound fields before this key the last time it came first. */
  lastStart = '';
  // The node that followed last time: most call sites write the same keys every time.
  lastKey: string | undefined = undefined;
  lastNext: Shape = this;
  readonly #tree: Tree;
  readonly parent: Shape | undefined;
  /** The key whose value these members belong to. */
  owner: Shape | undefined = undefined;
  #next: Map<string, Shape> | undefined;
  #ownMembers: Shape | undefined;
  #members: Map<Rule | undefined, Shape> | undefined;

  constructor(tree: Tree, key: string, writtenKey: string, action: ActionCode, rule: Rule | undefined, parent?: Shape) {
    tree.size += 1;
    this.#tree = tree;
    this.key = key;
    this.writtenKey = writtenKey;
    const quoted = quote(writtenKey);
    this.prefix = flat(`,${quoted}:`);
    this.firstPrefix = flat(`{${quoted}:`);
    this.textPrefix = flat(`,${quoted}:"`);
    this.prefixAfterText = flat(`",${quoted}:`);
    this.textPrefixAfterText = flat(`",${quoted}:"`);
    this.action = action;
    this.isAsGiven = key === writtenKey && action !== Action.hide && (parent?.isAsGiven ?? true);
    this.rule = rule;
    this.parent = parent;
    this.depth = parent ? parent.depth + 1 : 0;
  }

  /** The node for the key that comes next. */
  next(key: string): Shape {
    const known = this.#next?.get(key);
    const next = known ?? this.#follow(key);
    this.lastKey = key;
    this.lastNext = next;
    return next;
  }

  /** Keeps the JSON of a value that has come twice in a row. */
  repeat(json: string): RepeatedText {
    this.lastText = { text: flat(this.prefix + json), textAfterText: flat(this.prefixAfterText + json) };
    return this.lastText;
  }

  /** Where the members of an object begin that is the value of this key. */
  ownMembers(): Shape {
    return (this.#ownMembers ??= this.members(this.rule));
  }

  /** Where the members of an item begin, which may have a rule of its own. */
  members(rule: Rule | undefined): Shape {
    const known = this.#members?.get(rule);
    if (known) return known;
    const members = new Shape(this.#tree, '', '', Action.write, rule);
    members.owner = this;
    if (this.#tree.size < mostNodes) (this.#members ??= new Map()).set(rule, members);
    return members;
  }

  #follow(key: string): Shape {
    const next = this.#create(key);
    if (this.#tree.size < mostNodes) (this.#next ??= new Map()).set(key, next);
    return next;
  }

  #create(key: string): Shape {
    // The rule of a place is found from the start of its object, whatever keys came before.
    const rule = startOf(this).rule?.child(key);
    if (this.depth >= mostKeys) return new Shape(this.#tree, key, '', Action.leaveOut, rule, this);
    const before = find(this, (node) => node.key === key && node.action !== Action.leaveOut);
    if (before) return new Shape(this.#tree, key, before.writtenKey, Action.repeat, rule, this);
    let written = key;
    while (find(this, (node) => node.writtenKey === written)) written += '_';
    return new Shape(this.#tree, key, written, rule?.hides ? Action.hide : Action.write, rule, this);
  }

  /** Reserves a key, so that no field takes it. */
  reserve(key: string): Shape {
    return new Shape(this.#tree, key, key, Action.leaveOut, undefined, this);
  }
}

/** The start of a new tree. */
export function createShape(rule: Rule | undefined, reservedKeys: readonly string[]): Shape {
  const start = new Shape({ size: 0 }, '', '', Action.write, rule);
  return reservedKeys.reduce((shape, key) => shape.reserve(key), start);
}

/** The keys that lead to a value; an item of a list is `*`. */
export function pathOf(shape: Shape): string[] {
  const { owner } = startOf(shape);
  const before = owner ? pathOf(owner) : [];
  return [...before, shape.parent ? shape.key : '*'];
}

function startOf(shape: Shape): Shape {
  let node = shape;
  while (node.parent) node = node.parent;
  return node;
}

function find(from: Shape, isWanted: (node: Shape) => boolean): Shape | undefined {
  for (let node = from; node.parent; node = node.parent) {
    if (isWanted(node)) return node;
  }
  return undefined;
}
