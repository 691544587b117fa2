import type { Problem } from '../problem.ts';

const schema = 'https://json.schemastore.org/sarif-2.1.0.json';

export interface SarifOptions {
  /** Name and version of the program that found the problems. @default { name: '@seaworthy/errors' } */
  readonly tool?: { readonly name: string; readonly version?: string; readonly informationUri?: string };
}

/** A log by SARIF 2.1.0 (OASIS), as code scanning services read. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly [SarifRun];
}

export interface SarifRun {
  readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly SarifRule[] } };
  readonly columnKind: 'utf16CodeUnits';
  readonly results: readonly SarifResult[];
}

export interface SarifRule {
  readonly id: string;
  readonly helpUri?: string;
  readonly help?: { readonly text: string };
}

export interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: 'error' | 'warning' | 'note';
  readonly message: { readonly text: string };
  readonly locations?: readonly [{ readonly physicalLocation: SarifLocation }];
}

export interface SarifLocation {
  readonly artifactLocation: { readonly uri: string };
  readonly region?: Readonly<Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number | undefined>>;
}

/** Turns problems into a SARIF log, ready for `JSON.stringify`. */
export function toSarif(problems: readonly Problem[], options: SarifOptions = {}): SarifLog {
  const { tool = { name: '@seaworthy/errors' } } = options;
  const rules = new Map<string, SarifRule>();
  for (const problem of problems) if (!rules.has(problem.code)) rules.set(problem.code, ruleOf(problem));
  const indexes = new Map([...rules.keys()].map((code, index) => [code, index]));
  const results = problems.map((problem) => resultOf(problem, indexes.get(problem.code) ?? 0));
  const driver = { ...tool, rules: [...rules.values()] };
  return { $schema: schema, version: '2.1.0', runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }] };
}

function ruleOf(problem: Problem): SarifRule {
  return {
    id: problem.code,
    ...(problem.docs === undefined ? {} : { helpUri: problem.docs }),
    ...(problem.help === undefined ? {} : { help: { text: problem.help } }),
  };
}

function resultOf(problem: Problem, ruleIndex: number): SarifResult {
  const parts = [problem.message, problem.suggestion].filter((part) => part !== undefined && part !== '');
  // Services refuse a result that says nothing.
  const text = parts.length === 0 ? problem.code : parts.join(' ');
  const result = { ruleId: problem.code, ruleIndex, level: levelOf(problem), message: { text } };
  const location = locationOf(problem);
  return location === undefined ? result : { ...result, locations: [{ physicalLocation: location }] };
}

function levelOf({ severity }: Problem): SarifResult['level'] {
  if (severity === 'info') return 'note';
  return severity === 'warning' ? 'warning' : 'error';
}

function locationOf(problem: Problem): SarifLocation | undefined {
  const { file, line: startLine, column: startColumn, endLine, endColumn } = problem;
  if (file === undefined) return undefined;
  const artifactLocation = { uri: uriOf(file) };
  if (!isPlace(startLine)) return { artifactLocation };
  // An end before its start, or a place that is none, would make a service refuse the whole log.
  const isLower = isPlace(endLine) && endLine > startLine;
  const isAfter = isPlace(endColumn) && (isLower || endColumn >= (placeOf(startColumn) ?? 1));
  const end = {
    endLine: isPlace(endLine) && endLine >= startLine ? endLine : undefined,
    endColumn: isAfter ? endColumn : undefined,
  };
  return { artifactLocation, region: { startLine, startColumn: placeOf(startColumn), ...end } };
}

function isPlace(value: number | undefined): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

function placeOf(value: number | undefined): number | undefined {
  return isPlace(value) ? value : undefined;
}

/** Each segment of a path is escaped; a backslash separates on Windows. A URL, such as a module's, stays one. */
function uriOf(file: string): string {
  if (/^[A-Za-z][A-Za-z\d+.-]+:\/\//.test(file) && URL.canParse(file)) return new URL(file).href;
  // Half a surrogate pair has no place in a URI.
  const path = file.toWellFormed().replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  if (path.startsWith('/')) return `file://${path}`;
  return /^[A-Za-z]%3A\//.test(path) ? `file:///${path.replace('%3A', ':')}` : path;
}
