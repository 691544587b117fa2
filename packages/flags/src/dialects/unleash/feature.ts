import { compileConstraints, type ConstraintTools, type Matches } from './constraints.ts';
import { recordsOf, segmentIdsOf, type Properties } from './state.ts';
import { builtInStrategy, textOf, type StrategyTools } from './strategies.ts';
import { compileVariants, type UnleashVariant } from './variants.ts';

/** A strategy of one's own; it gets the parameters from Unleash and the context. */
export type CustomStrategy = (parameters: Readonly<Record<string, unknown>>, context: object) => boolean;

/** What features are compiled with. */
export interface FeatureTools extends ConstraintTools, Omit<StrategyTools, 'featureName'> {
  readonly strategies: Readonly<Record<string, CustomStrategy>>;
  readonly segments: ReadonlyMap<unknown, Properties>;
  /** Another feature; undefined if there is none. */
  readonly featureNamed: (name: string) => Feature | undefined;
}

/** What a feature answers. */
export interface Verdict {
  readonly isEnabled: boolean;
  readonly variant: UnleashVariant | undefined;
}

export interface Feature {
  readonly properties: Properties;
  /** Which strategy decides does not matter, where there are none that could say no. */
  readonly isTargeted: boolean;
  readonly decide: (context: object) => Verdict;
}

const disabled: Verdict = { isEnabled: false, variant: undefined };

/** Compiles a feature: first its parents, then the first strategy that holds, then the variant. */
export function compileFeature(properties: Properties, tools: FeatureTools): Feature {
  const { enabled, variants } = properties;
  const name = textOf(properties['name']);
  const strategies = recordsOf(properties['strategies']).map((strategy) => compileStrategy(strategy, name, tools));
  const parents = recordsOf(properties['dependencies']).map((parent) => compileParent(parent, tools));
  const chooseVariant = compileVariants(variants, name, undefined, tools);
  const isTargeted = strategies.length + parents.length > 0;
  const decide = (context: object): Verdict => {
    if (enabled !== true || !parents.every((isSatisfied) => isSatisfied(context))) return disabled;
    const strategy = strategies.find(({ matches }) => matches(context));
    if (!strategy && strategies.length > 0) return disabled;
    return { isEnabled: true, variant: strategy?.chooseVariant(context) ?? chooseVariant(context) };
  };
  return { properties, isTargeted, decide };
}

interface Strategy {
  readonly matches: Matches;
  readonly chooseVariant: (context: object) => UnleashVariant | undefined;
}

function compileStrategy(strategy: Properties, featureName: string, tools: FeatureTools): Strategy {
  const parameters = recordsOf([strategy['parameters']])[0] ?? {};
  const ofSegments = segmentIdsOf(strategy).flatMap((id): readonly (Properties | undefined)[] => {
    const segment = tools.segments.get(id);
    return segment ? recordsOf(segment['constraints']) : [undefined];
  });
  const areMet = compileConstraints([...recordsOf(strategy['constraints']), ...ofSegments], tools);
  const isFor = compileAudience(textOf(strategy['name']), parameters, { ...tools, featureName });
  const { variants } = strategy;
  return {
    matches: (context) => areMet(context) && isFor(context),
    chooseVariant: compileVariants(variants, textOf(parameters['groupId']), parameters['stickiness'], tools),
  };
}

/** A strategy that nobody knows is for nobody, and so is one of the program's own that fails. */
function compileAudience(name: string, parameters: Properties, tools: FeatureTools & StrategyTools): Matches {
  const own = Object.hasOwn(tools.strategies, name) ? tools.strategies[name] : undefined;
  if (!own) return builtInStrategy(name, parameters, tools) ?? (() => false);
  return (context) => {
    try {
      return own(parameters, context);
    } catch {
      return false;
    }
  };
}

/** A parent that is not there, or that has parents itself, satisfies nobody. */
function compileParent({ feature, enabled, variants }: Properties, { featureNamed }: FeatureTools): Matches {
  const wanted = Array.isArray(variants) ? variants : [];
  return (context) => {
    const parent = featureNamed(textOf(feature));
    if (!parent || recordsOf(parent.properties['dependencies']).length > 0) return false;
    const { isEnabled, variant } = parent.decide(context);
    if (enabled === false) return !isEnabled;
    return isEnabled && (wanted.length === 0 || wanted.includes(variant?.name ?? 'disabled'));
  };
}
