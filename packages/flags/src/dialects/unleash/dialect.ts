import type { FlagDefinition, Metadata } from '../../document.ts';
import type { Evaluation } from '../../evaluation.ts';
import type { FlagDialect, DialectFlag, DialectSettings } from '../dialect.ts';
import type { CompileRegex } from './constraints.ts';
import { createReader } from './context.ts';
import { compileFeature, type CustomStrategy, type Feature, type FeatureTools } from './feature.ts';
import { loadRegex } from './regex.ts';
import { recordsOf, segmentIdsOf, stateOf, type Properties } from './state.ts';
import { textOf } from './strategies.ts';
import { needsRegex, validateUnleash } from './validate.ts';
import type { UnleashVariant } from './variants.ts';

export interface UnleashOptions {
  /** Strategies of your own, by name. */
  readonly strategies?: Readonly<Record<string, CustomStrategy>>;
  /** Where chance comes from, for random rollouts: from 0 up to, and without, 1. @default Math.random */
  readonly random?: () => number;
}

/** The variants that every feature has for `list()` and for overrides. */
const fixedVariants = { enabled: true, disabled: false } as const;

/** Unleash's format, for any source; what its strategies and constraints mean is defined by Unleash's client specification. */
export function unleashDialect(options: UnleashOptions = {}): FlagDialect {
  let compileRegex: CompileRegex | undefined;
  return {
    name: 'unleash',
    async prepare(document) {
      if (needsRegex(document)) compileRegex ??= await loadRegex();
    },
    validate: (document) => validateUnleash(document, compileRegex !== undefined),
    read(document, settings) {
      const { features, segments } = stateOf(document) ?? { features: [], segments: [] };
      const compiled = new Map<string, Feature>();
      const tools: FeatureTools = {
        ...toolsOf(options, settings, compileRegex),
        segments: new Map(recordsOf(segments).map((segment) => [segment['id'], segment])),
        featureNamed: (name) => compiled.get(name),
      };
      const definitions: Record<string, FlagDefinition> = {};
      for (const feature of recordsOf(features)) {
        const name = textOf(feature['name']);
        compiled.set(name, compileFeature(feature, tools));
        definitions[name] = definitionOf(feature, tools.segments);
      }
      return {
        definitions,
        shared: { evaluators: '', metadata: '' },
        compile: (key, definition, forced) => compileFlag(key, compiled.get(key), definition, forced),
      };
    },
  };
}

function toolsOf(
  { strategies = {}, random = Math.random }: UnleashOptions,
  { context, bucketing }: DialectSettings,
  compileRegex: CompileRegex = () => undefined,
): Omit<FeatureTools, 'segments' | 'featureNamed'> {
  return { read: createReader(context), hashEncoding: bucketing.hashEncoding, compileRegex, strategies, random };
}

/** The feature in the shape of flagd; what changes an answer is in it, so that changes are seen. */
function definitionOf(feature: Properties, segments: ReadonlyMap<unknown, Properties>): FlagDefinition {
  const strategies = recordsOf(feature['strategies']);
  const named = [feature, ...strategies].flatMap(({ variants }) => recordsOf(variants));
  const variants = Object.fromEntries(named.map(({ name }) => [textOf(name), true]));
  const ids = strategies.flatMap(segmentIdsOf);
  return {
    state: feature['enabled'] === true ? 'ENABLED' : 'DISABLED',
    variants: { ...variants, ...fixedVariants },
    defaultVariant: null,
    targeting: { unleash: [feature, ids.map((id) => segments.get(id) ?? null)] },
    metadata: metadataOf(feature),
  };
}

function metadataOf({ project, type, stale, impressionData }: Properties): Metadata {
  return {
    ...(typeof project === 'string' && { project }),
    ...(typeof type === 'string' && { type }),
    ...(stale === true && { stale }),
    ...(impressionData === true && { impressionData }),
  };
}

function compileFlag(
  key: string,
  feature: Feature | undefined,
  { metadata = {}, state }: FlagDefinition,
  forced: string | undefined,
): DialectFlag {
  const answers = new Map<UnleashVariant | undefined, Evaluation>();
  const answerOf = (variant: UnleashVariant | undefined): Evaluation => {
    const known = answers.get(variant);
    if (known) return known;
    const evaluation = enabledWith(variant, feature?.isTargeted === true ? 'TARGETING_MATCH' : 'STATIC', metadata);
    answers.set(variant, evaluation);
    return evaluation;
  };
  const no = Object.freeze({
    value: false,
    reason: state === 'DISABLED' ? 'DISABLED' : 'DEFAULT',
    payload: undefined,
    flagMetadata: Object.freeze(metadata),
  } as const);
  if (forced !== undefined) return { evaluate: always(demanded(forced, metadata)) };
  return {
    evaluate(context = {}) {
      try {
        const { isEnabled = false, variant } = feature?.decide(context) ?? {};
        return isEnabled ? answerOf(variant) : no;
      } catch (error) {
        const errorMessage = `Feature "${key}" failed: ${error instanceof Error ? error.message : String(error)}.`;
        return { value: undefined, reason: 'ERROR', errorCode: 'GENERAL', errorMessage, flagMetadata: metadata };
      }
    },
  };
}

function always(evaluation: Evaluation): () => Evaluation {
  return () => evaluation;
}

/** What an override demands: a variant by name, or just on or off. */
function demanded(forced: string, flagMetadata: Metadata): Evaluation {
  const isVariant = !Object.hasOwn(fixedVariants, forced);
  return Object.freeze({
    value: forced !== 'disabled',
    ...(isVariant && { variant: forced }),
    reason: 'OVERRIDE',
    payload: undefined,
    flagMetadata,
  });
}

function enabledWith(
  variant: UnleashVariant | undefined,
  reason: Evaluation['reason'],
  metadata: Metadata,
): Evaluation {
  if (!variant)
    return Object.freeze({ value: true, reason, payload: undefined, flagMetadata: Object.freeze(metadata) });
  const { name, raw, payload } = variant;
  const flagMetadata = { ...metadata, ...(raw && { 'payload.type': raw.type, 'payload.value': raw.value }) };
  return Object.freeze({ value: true, variant: name, reason, payload, flagMetadata: Object.freeze(flagMetadata) });
}
