import { isRecord } from '../json.ts';
import { at, show, type Report } from './problem.ts';
import { checkRule, type RuleVisitor } from './rule.ts';

// Every flag of every load comes through here, beside a document that fills the young generation: an object made for each
// flag would have the collector copy that document once more. So there are no lists, iterators or closures for what is right.

const variantTypes: ReadonlySet<string> = new Set(['boolean', 'string', 'number', 'object']);

/** Checks the structure of one flag. */
export function checkFlag(flag: unknown, path: string, visitor: RuleVisitor): void {
  const { report } = visitor;
  if (!isRecord(flag)) return report(path, `is ${show(flag)}; a flag is an object`);
  const { state, variants, defaultVariant, targeting, metadata } = flag;
  if (state !== 'ENABLED' && state !== 'DISABLED') {
    report(at(path, 'state'), `is ${show(state)}; write "ENABLED" or "DISABLED"`);
  }
  checkVariants(variants, at(path, 'variants'), report);
  if (defaultVariant !== undefined && defaultVariant !== null && typeof defaultVariant !== 'string') {
    report(at(path, 'defaultVariant'), `is ${show(defaultVariant)}; write the name of a variant, or null`);
  }
  if (targeting !== undefined) checkTargeting(targeting, at(path, 'targeting'), visitor);
  if (metadata !== undefined) checkMetadata(metadata, at(path, 'metadata'), report);
}

/** A rule at the top must be an object, and may be empty. */
export function checkTargeting(rule: unknown, path: string, visitor: RuleVisitor): void {
  if (!isRecord(rule)) visitor.report(path, `is ${show(rule)}; a rule is an object`);
  else if (!isEmpty(rule)) checkRule(rule, path, visitor);
}

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  for (const name in record) if (Object.hasOwn(record, name)) return false;
  return true;
}

/** Metadata holds texts, numbers and booleans only. */
export function checkMetadata(metadata: unknown, path: string, report: Report): void {
  if (!isRecord(metadata)) return report(path, `is ${show(metadata)}; metadata is an object`);
  for (const name in metadata) {
    const value = metadata[name];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') continue;
    report(at(path, name), `is ${show(value)}; write a text, a number or a boolean`);
  }
}

function checkVariants(variants: unknown, path: string, report: Report): void {
  if (!isRecord(variants)) return report(path, `is ${show(variants)}; write an object of name to value`);
  let first: string | undefined;
  let isMixed = false;
  for (const name in variants) {
    const value = variants[name];
    const type = typeOf(value);
    first ??= type;
    isMixed ||= type !== first;
    if (name === '') report(path, 'has a variant without a name');
    if (!variantTypes.has(type)) report(at(path, name), `is ${show(value)}; write a boolean, text, number or object`);
  }
  if (first === undefined) report(path, 'is empty; a flag has at least one variant');
  if (!isMixed) return;
  const types = new Set(Object.values(variants).map(typeOf));
  report(path, `has values of the types ${[...types].join(', ')}; a flag has one type`);
}

function typeOf(value: unknown): string {
  return value === null || Array.isArray(value) ? 'none' : typeof value;
}
