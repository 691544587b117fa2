import { FlagErrors } from './errors.ts';
import { isList, isRecord } from './json.ts';
import type { BucketingVersion } from './operators/fractional.ts';
import { isLiteral } from './operators/operator.ts';
import { listOperators } from './validate/prerequisites.ts';

type Table = Readonly<Record<string, unknown>>;

interface InlineParts {
  readonly flags: Table;
  readonly evaluators: Table;
  readonly bucketing: BucketingVersion;
}

/** Where a rule stands. */
interface Place {
  /** The flag that the document is read for. */
  readonly asker: string;
  /** The flag whose rule it is; undefined in a rule that stays where it is. */
  readonly owner: string | undefined;
  /** Inside a list operator. */
  readonly isLocal: boolean;
  /** How many flags and shared rules lead here. */
  readonly depth: number;
}

/** A document that is written out must not grow without end: flags that ask for flags twice double it each time. */
const mostParts = 100_000;
/** Each adds a level, and a document has at most so many. */
const deepest = 100;

const subject = { var: 'targetingKey' };
/** Only a text that is not empty is bucketed by default; `cat` of a text is that text. */
const hasSubject = { and: [{ '!!': [subject] }, { '===': [{ cat: [subject, ''] }, subject] }] };

/** Makes what writes `{ "flag": … }` out as plain rules. Its document has been validated. */
export function inlineFlags({ flags, evaluators, bucketing }: InlineParts): (rule: unknown, asker: string) => unknown {
  let parts = 0;

  function write(rule: unknown, place: Place): unknown {
    parts += 1;
    if (parts > mostParts) throw refusal(place, `the document would have more than ${mostParts} parts`);
    if (isList(rule)) return rule.map((item) => write(item, place));
    if (!isRecord(rule)) return rule;
    const [[name, value] = []] = Object.entries(rule);
    if (name === undefined) return rule;
    const args = isList(value) ? value : [value];
    if (name === 'flag') return asCondition(String(args[0]), String(args[1]), place);
    if (place.owner === undefined) return { [name]: writeArguments(name, value, place) };
    if (name === '$ref') return write(evaluators[String(value)], deeper(place));
    if (name === 'var' && !place.isLocal) return writeVar(rule, args, place, place.owner);
    if (name === 'fractional') return writeFractional(args, place, place.owner);
    return { [name]: writeArguments(name, value, place) };
  }

  function writeArguments(name: string, value: unknown, place: Place): unknown {
    if (!listOperators.has(name) || !isList(value)) return write(value, place);
    return value.map((item, index) => write(item, index === 1 ? { ...place, isLocal: true } : place));
  }

  function writeVar(rule: Table, [path, ...fallback]: readonly unknown[], place: Place, owner: string): unknown {
    if (path === '$flagd.flagKey') return { cat: [owner] };
    if (path === '' || path === null || path === undefined) {
      throw refusal(place, `flag "${owner}" reads its whole context, in which its own key is`);
    }
    if (typeof path === 'object') throw refusal(place, `flag "${owner}" computes the name of what it reads`);
    return fallback.length === 0 ? rule : { var: [path, ...fallback.map((item) => write(item, place))] };
  }

  /** By default the flag's own key is hashed with the targeting key: that has to be said in another flag. */
  function writeFractional(args: readonly unknown[], place: Place, owner: string): unknown {
    const written = args.map((item) => write(item, place));
    if (!isList(args[0])) {
      // In version 3 a rule that gives a list is a bucket, and then the key is hashed after all.
      const isText = isRecord(args[0]) && 'cat' in args[0];
      if (bucketing === 'v3' && !isText) {
        throw refusal(place, `flag "${owner}" may bucket by its own key, which version 3 cannot say of another flag`);
      }
      return { fractional: written };
    }
    if (bucketing === 'v3') {
      throw refusal(place, `flag "${owner}" buckets by its own key, which version 3 cannot say of another flag`);
    }
    return { if: [hasSubject, { fractional: [{ cat: [owner, subject] }, ...written] }, null] };
  }

  /** Whether a flag has a variant, as an object, for it may stand where a rule must be one. */
  function asCondition(key: string, variant: string, place: Place): Table {
    const flag = flags[key];
    if (!isRecord(flag) || flag['state'] === 'DISABLED') return always(false);
    const { targeting, defaultVariant } = flag;
    const isDefault = defaultVariant === variant;
    if (!isRecord(targeting) || Object.keys(targeting).length === 0) return always(isDefault);
    const condition = answers(targeting, variant, isDefault, { ...deeper(place), owner: key, isLocal: false });
    return isRecord(condition) ? condition : always(condition === true);
  }

  /** Whether a rule answers with a variant. */
  function answers(rule: unknown, variant: string, isDefault: boolean, place: Place): unknown {
    if (rule === null) return isDefault;
    if (isLiteral(rule)) return namedBy(variant).includes(rule);
    const { if: branches, $ref: name } = isRecord(rule) ? rule : {};
    if (typeof name === 'string') return answers(evaluators[name], variant, isDefault, deeper(place));
    if (isList(branches) && branches.length > 1) {
      const all = branches.length % 2 === 0 ? [...branches, null] : branches;
      return {
        if: all.map((part, index) =>
          index % 2 === 1 || index === all.length - 1 ? answers(part, variant, isDefault, place) : write(part, place),
        ),
      };
    }
    const wanted = [...namedBy(variant), ...(isDefault ? [null] : [])];
    const [first, ...others] = wanted.map((answer) => ({ '===': [write(rule, place), answer] }));
    return others.length === 0 ? first : { or: [first, ...others] };
  }

  return (rule, asker) => write(rule, { asker, owner: undefined, isLocal: false, depth: 0 });
}

/** Booleans and numbers name variants too. */
function namedBy(variant: string): readonly unknown[] {
  if (variant === 'true' || variant === 'false') return [variant, variant === 'true'];
  return String(Number(variant)) === variant && variant !== 'NaN' ? [variant, Number(variant)] : [variant];
}

function always(answer: boolean): Table {
  return { '!!': [answer] };
}

function deeper(place: Place): Place {
  if (place.depth === deepest) throw refusal(place, `it asks through more than ${deepest} flags and shared rules`);
  return { ...place, depth: place.depth + 1 };
}

function refusal({ asker }: Place, reason: string): Error {
  return new FlagErrors.NOT_EXPORTABLE({ part: asker, reason });
}
