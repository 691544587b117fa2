import { badOption, expectAboveZero, expectOneOf } from './options.ts';
import type { Target } from './health.ts';

/** How a balancer spreads calls over its targets. */
export type Strategy = 'round-robin' | 'least-connections' | 'weighted';

/** Chooses one of the targets that are available; there is at least one. */
export type Pick<T> = (available: readonly Target<T>[]) => Target<T> | undefined;

/** Makes the choice of a strategy. */
export function createPick<T>(strategy: Strategy, targets: readonly Target<T>[], weights?: readonly number[]): Pick<T> {
  expectOneOf('strategy', strategy, ['round-robin', 'least-connections', 'weighted']);
  if (strategy === 'round-robin') return roundRobin(targets);
  if (strategy === 'least-connections') return leastConnections(targets);
  if (weights?.length !== targets.length) {
    throw badOption('weights', `a list of ${targets.length} weights, one for each target`, weights?.length ?? 0);
  }
  for (const weight of weights) expectAboveZero('weights', weight);
  return smoothWeighted(new Map(targets.map((target, index) => [target, weights[index] ?? 1])));
}

/** In turn, starting after the one that was taken last. */
function roundRobin<T>(targets: readonly Target<T>[]): Pick<T> {
  let last = -1;
  return (available) => {
    for (let step = 1; step <= targets.length; step += 1) {
      const index = (last + step) % targets.length;
      const target = targets[index];
      if (target === undefined || !available.includes(target)) continue;
      last = index;
      return target;
    }
    return undefined;
  };
}

/** The one with the fewest calls running; in turn among equals, or an idle first target would get everything. */
function leastConnections<T>(targets: readonly Target<T>[]): Pick<T> {
  const inTurn = roundRobin(targets);
  return (available) => {
    const fewest = Math.min(...available.map((target) => target.active));
    return inTurn(available.filter((target) => target.active === fewest));
  };
}

/**
 * Each target earns its weight at every choice, the richest is chosen and pays all weights: shares are exact, and a heavy
 * target does not get its calls in a row.
 */
function smoothWeighted<T>(weights: ReadonlyMap<Target<T>, number>): Pick<T> {
  const credit = new Map<Target<T>, number>();
  const creditOf = (target: Target<T>): number => credit.get(target) ?? 0;
  return (available) => {
    let richest: Target<T> | undefined;
    let all = 0;
    for (const target of available) {
      const weight = weights.get(target) ?? 1;
      all += weight;
      credit.set(target, creditOf(target) + weight);
      if (richest === undefined || creditOf(target) > creditOf(richest)) richest = target;
    }
    if (richest !== undefined) credit.set(richest, creditOf(richest) - all);
    return richest;
  };
}
