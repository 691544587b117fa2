import { hostname } from 'node:os';
import { murmur3, type HashEncoding } from '../../hash/murmur3.ts';
import { addressMatcher } from './addresses.ts';
import type { Matches } from './constraints.ts';
import type { ReadField } from './context.ts';
import { splitTexts, type Properties } from './state.ts';

/** What strategies are compiled with. */
export interface StrategyTools {
  readonly read: ReadField;
  readonly hashEncoding: HashEncoding;
  /** From 0 up to, and without, 1. */
  readonly random: () => number;
  readonly featureName: string;
}

type MakeStrategy = (parameters: Properties, tools: StrategyTools) => Matches;

const strategies: ReadonlyMap<string, MakeStrategy> = new Map<string, MakeStrategy>([
  ['default', () => () => true],
  ['userWithId', userWithId],
  ['remoteAddress', remoteAddress],
  ['applicationHostname', applicationHostname],
  ['gradualRolloutUserId', gradual('userId')],
  ['gradualRolloutSessionId', gradual('sessionId')],
  ['gradualRolloutRandom', gradualRandom],
  ['flexibleRollout', flexible],
]);

/** Undefined for a strategy that is not one of Unleash's own. */
export function builtInStrategy(name: string, parameters: Properties, tools: StrategyTools): Matches | undefined {
  return strategies.get(name)?.(parameters, tools);
}

/** The place of a subject from 1 to `total`, by the hash of its group and id. */
export function placeOf(id: string, groupId: string, total: number, seed: number, encoding: HashEncoding): number {
  return (murmur3(`${groupId}:${id}`, seed, encoding) % total) + 1;
}

function userWithId({ userIds }: Properties, { read }: StrategyTools): Matches {
  const known: ReadonlySet<string | undefined> = new Set(splitTexts(userIds));
  return (context) => known.has(read(context, 'userId'));
}

function remoteAddress({ IPs }: Properties, { read }: StrategyTools): Matches {
  const matches = addressMatcher(splitTexts(IPs));
  return (context) => matches(read(context, 'remoteAddress'));
}

function applicationHostname({ hostNames }: Properties): Matches {
  const answer = splitTexts(hostNames).some((name) => name.toLowerCase() === hostname().toLowerCase());
  return () => answer;
}

function gradual(field: string): MakeStrategy {
  return ({ percentage, groupId }, { read, hashEncoding }) => {
    const share = Number(percentage);
    const group = textOf(groupId);
    return (context) => {
      const id = read(context, field);
      return id !== undefined && id !== '' && share > 0 && placeOf(id, group, 100, 0, hashEncoding) <= share;
    };
  };
}

function gradualRandom({ percentage }: Properties, { random }: StrategyTools): Matches {
  const share = Number(percentage);
  return () => Math.floor(random() * 100) + 1 <= share;
}

function flexible({ rollout, stickiness, groupId }: Properties, tools: StrategyTools): Matches {
  const { hashEncoding, featureName } = tools;
  const share = Number(rollout);
  const group = textOf(groupId) || featureName;
  const subject = subjectOf(textOf(stickiness), tools);
  return (context) => {
    const id = subject(context);
    return id !== undefined && id !== '' && share > 0 && placeOf(id, group, 100, 0, hashEncoding) <= share;
  };
}

/** Who a rollout is sticky to; `default` is the user, else the session, else chance. */
function subjectOf(stickiness: string, { read, random }: StrategyTools): (context: object) => string | undefined {
  const chance = (): string => String(Math.floor(random() * 10_000) + 1);
  if (stickiness === 'random') return chance;
  if (stickiness !== '' && stickiness !== 'default') return (context) => read(context, stickiness);
  return (context) => read(context, 'userId') || read(context, 'sessionId') || chance();
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
