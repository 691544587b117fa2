import type { FlagValue } from '../../document.ts';
import type { HashEncoding } from '../../hash/murmur3.ts';
import { isRecord } from '../../json.ts';
import type { ReadField } from './context.ts';
import { placeOf, textOf } from './strategies.ts';
import { recordsOf, textsOf, type Properties } from './state.ts';

/** A variant of a feature or strategy. */
export interface UnleashVariant {
  readonly name: string;
  /** As Unleash has it: a type and a text. */
  readonly raw: { readonly type: string; readonly value: string } | undefined;
  /** The same as a value: a number, an object, or the text. */
  readonly payload: FlagValue | undefined;
}

/** What variants are chosen with. */
export interface VariantTools {
  readonly read: ReadField;
  readonly hashEncoding: HashEncoding;
  readonly random: () => number;
}

/** The seed by which the choice of a variant differs from that of a rollout. */
const variantSeed = 86_028_157;

/**
 * Chooses by overrides first, then by weight.
 *
 * @param groupId Goes into the hash, so that two features do not choose alike.
 * @param stickiness The field that keeps its variant, where the variants do not name one.
 */
export function compileVariants(
  variants: unknown,
  groupId: string,
  stickiness: unknown,
  tools: VariantTools,
): (context: object) => UnleashVariant | undefined {
  const known = recordsOf(variants).map((properties) => ({ ...readVariant(properties), properties }));
  const [first] = known;
  const total = known.reduce((sum, { weight }) => sum + weight, 0);
  if (!first || total <= 0) return () => undefined;
  const subject = subjectOf(textOf(first.properties['stickiness']) || textOf(stickiness), tools);
  const overrides = known.map(({ properties }) => compileOverrides(properties['overrides'], tools));
  return (context) => {
    const index = overrides.findIndex((matches) => matches(context));
    if (index >= 0) return known[index]?.variant;
    const place = placeOf(subject(context), groupId, total, variantSeed, tools.hashEncoding);
    let end = 0;
    return known.find(({ weight }) => weight > 0 && (end += weight) >= place)?.variant;
  };
}

function readVariant({ name, weight, payload }: Properties): {
  readonly variant: UnleashVariant;
  readonly weight: number;
} {
  const raw = isRecord(payload) ? { type: textOf(payload['type']), value: textOf(payload['value']) } : undefined;
  const variant = Object.freeze({ name: textOf(name), raw, payload: raw && valueOf(raw) });
  return { variant, weight: typeof weight === 'number' ? Math.max(0, weight) : 0 };
}

/** A payload that is not what its type says stays the text it is. */
function valueOf({ type, value }: { readonly type: string; readonly value: string }): FlagValue {
  if (type === 'number' && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value);
  if (type !== 'json') return value;
  try {
    const parsed: unknown = JSON.parse(value);
    return isRecord(parsed) ? Object.freeze(parsed) : value;
  } catch {
    return value;
  }
}

function compileOverrides(overrides: unknown, { read }: VariantTools): (context: object) => boolean {
  const all = recordsOf(overrides).map(({ contextName, values }) => ({
    field: textOf(contextName),
    known: new Set<string | undefined>(textsOf(values)),
  }));
  return (context) => all.some(({ field, known }) => known.has(read(context, field)));
}

/** `default` is the user, else the session, else the address, else chance. */
function subjectOf(stickiness: string, { read, random }: VariantTools): (context: object) => string {
  const chance = (): string => String(Math.floor(random() * 100_000));
  if (stickiness !== '' && stickiness !== 'default') return (context) => read(context, stickiness) || chance();
  return (context) =>
    read(context, 'userId') || read(context, 'sessionId') || read(context, 'remoteAddress') || chance();
}
