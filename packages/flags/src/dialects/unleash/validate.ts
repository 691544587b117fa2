import { isList, isRecord } from '../../json.ts';
import { at, show, type FlagProblem, type Report } from '../../validate/problem.ts';
import { recordsOf, stateOf, type Properties } from './state.ts';

/** Checks the structure of a payload; what Unleash's clients take for "nobody", such as an unknown strategy, is no problem. */
export function validateUnleash(document: unknown, canMatchRegex: boolean): readonly FlagProblem[] {
  const state = stateOf(document);
  if (!state)
    return [{ path: '', message: `The document is ${show(document)}; write an object with "features" or "events"` }];
  const problems: FlagProblem[] = [];
  const seen = new Set<unknown>();
  const regexSegments = new Set(
    recordsOf(state.segments)
      .filter(usesRegex)
      .map(({ id }) => id),
  );
  for (const [index, feature] of state.features.entries()) {
    const path = at('features', index);
    const name = isRecord(feature) ? feature['name'] : undefined;
    if (!isRecord(feature) || typeof name !== 'string' || name === '') {
      problems.push({ path, message: `is ${show(feature)}; write an object with a "name"` });
      continue;
    }
    if (seen.has(name)) problems.push({ path, message: `has the name ${show(name)} of another feature`, flag: name });
    seen.add(name);
    const report: Report = (where, message) => void problems.push({ path: where, message, flag: name });
    checkFeature(feature, path, report);
    const needsRegex = strategiesOf(feature).some(
      (strategy) => usesRegex(strategy) || namesOne(strategy, regexSegments),
    );
    if (needsRegex && !canMatchRegex) report(path, 'has a REGEX constraint, which needs the package re2js; install it');
  }
  return problems;
}

function checkFeature(feature: Properties, path: string, report: Report): void {
  if (typeof feature['enabled'] !== 'boolean') {
    report(at(path, 'enabled'), `is ${show(feature['enabled'])}; write true or false`);
  }
  for (const name of ['strategies', 'variants', 'dependencies']) checkRecords(feature[name], at(path, name), report);
  for (const [index, strategy] of strategiesOf(feature).entries()) {
    const where = at(at(path, 'strategies'), index);
    for (const name of ['constraints', 'variants']) checkRecords(strategy[name], at(where, name), report);
    if (strategy['segments'] !== undefined && strategy['segments'] !== null && !isList(strategy['segments'])) {
      report(at(where, 'segments'), `is ${show(strategy['segments'])}; write a list of ids`);
    }
  }
}

function checkRecords(list: unknown, path: string, report: Report): void {
  if (list === undefined || list === null) return;
  if (!isList(list)) return report(path, `is ${show(list)}; write a list`);
  for (const [index, item] of list.entries()) {
    if (!isRecord(item)) report(at(path, index), `is ${show(item)}; write an object`);
  }
}

function strategiesOf({ strategies }: Properties): readonly Properties[] {
  return recordsOf(strategies);
}

function usesRegex({ constraints }: Properties): boolean {
  return recordsOf(constraints).some(({ operator }) => operator === 'REGEX');
}

function namesOne({ segments }: Properties, ids: ReadonlySet<unknown>): boolean {
  return isList(segments) && segments.some((id) => ids.has(id));
}

/** Whether any feature needs regular expressions to be there. */
export function needsRegex(document: unknown): boolean {
  const state = stateOf(document);
  if (!state) return false;
  return recordsOf(state.segments).some(usesRegex) || recordsOf(state.features).flatMap(strategiesOf).some(usesRegex);
}
