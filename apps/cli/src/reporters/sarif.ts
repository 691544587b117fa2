import { compareText, type Problem } from '../project/problem.ts';
import type { Finding } from '../report/report.ts';
import type { Severity } from '../rules/contract.ts';
import type { Reporter } from './reporter.ts';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** SARIF 2.1.0 (OASIS), which code scanning services read. */
export const sarif: Reporter = ({ findings, problems }, { prefix = '', version }) => {
  const rules = [...new Map(findings.map((finding) => [finding.rule, finding])).values()].toSorted((a, b) =>
    compareText(a.rule, b.rule),
  );
  const places = new Map(rules.map(({ rule }, index) => [rule, index]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'seaworthy', version, rules: rules.map(toRule) } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: problems.every(({ rule }) => rule === undefined),
            toolExecutionNotifications: problems.map((problem) => toNotification(problem, prefix)),
          },
        ],
        results: findings.map((finding) => toResult(finding, places.get(finding.rule)!, prefix)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

function toRule({ rule, title, why, fix, category, docs }: Finding): object {
  return {
    id: rule,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${fix} More: ${docs}` },
    properties: { tags: [category] },
  };
}

function toResult(finding: Finding, ruleIndex: number, prefix: string): object {
  const { rule, severity, message, file, line, column, end, fingerprint } = finding;
  const region =
    line === undefined
      ? {}
      : { region: { startLine: line, startColumn: column, ...(end && { endLine: end.line, endColumn: end.column }) } };
  return {
    ruleId: rule,
    ruleIndex,
    level: levels[severity],
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { uri: toUri(prefix + file) }, ...region } }],
    partialFingerprints: { 'seaworthy/v1': fingerprint },
  };
}

function toNotification({ code, message, file, line, column }: Problem, prefix: string): object {
  const region = line === undefined ? {} : { region: { startLine: line, startColumn: column } };
  const locations =
    file === undefined
      ? {}
      : { locations: [{ physicalLocation: { artifactLocation: { uri: toUri(prefix + file) }, ...region } }] };
  return { level: 'error', descriptor: { id: code }, message: { text: message }, ...locations };
}

function toUri(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
