import type { Finding, Report } from '../../src/report/report.ts';
import { count } from '../../src/report/report.ts';

export function makeFinding(parts: Partial<Finding> = {}): Finding {
  return {
    rule: 'SEA-R012',
    title: 'no SIGTERM handler',
    severity: 'error',
    category: 'lifecycle',
    message: 'Nothing listens to SIGTERM.',
    file: 'src/server.ts',
    line: 2,
    column: 3,
    why: 'The process is killed with requests in flight.',
    fix: 'Create a lifecycle and let it close the server.',
    docs: 'seaworthy explain SEA-R012',
    fingerprint: '0123456789abcdef',
    ...parts,
  };
}

export function makeReport(findings: readonly Finding[], parts: Partial<Report> = {}): Report {
  return {
    schema: 'seaworthy.report',
    schemaVersion: 1,
    project: { name: 'app' },
    summary: count(findings),
    score: { overall: null, categories: {} },
    findings,
    suppressed: 0,
    problems: [],
    stats: { files: 120, bytes: 4_096, rules: 61, findings: findings.length },
    ...parts,
  };
}
