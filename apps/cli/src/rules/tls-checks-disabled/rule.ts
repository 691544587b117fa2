import type { ProjectFile, ProjectView, Rule, RuleFinding } from '../contract.ts';
import { keyOf, literalOf, memberOf, nameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { findingAt, inspect, isDevelopmentOnly, serverScripts } from '../syntax/scripts.ts';

export const tlsChecksDisabled: Rule = {
  id: 'SEA-R084',
  title: 'TLS certificates not checked',
  category: 'security',
  severity: 'error',
  version: 1,
  scope: 'file',
  why: 'Anyone between the two ends can read and change everything, passwords included.',
  fix: 'Trust the right authority instead: NODE_EXTRA_CA_CERTS, or the `ca` option.',
  explain: explanation('tls-checks-disabled'),
  check: (project) => [...inScripts(project), ...settings(project).flatMap(inSettings)],
};

function inScripts(project: ProjectView): readonly RuleFinding[] {
  return inspect(serverScripts(project), /rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED/, (report, file) => ({
    Property(property, ancestors) {
      const object = ancestors.at(-1);
      if (object?.type !== 'ObjectExpression' || keyOf(property) !== 'rejectUnauthorized') return;
      // A server that asks for certificates may accept clients without one and decide later.
      if (literalOf(property.value) !== false || memberOf(object, 'requestCert')) return;
      report(
        property,
        '`rejectUnauthorized: false` accepts every certificate.',
        isDevelopmentOnly(file, ancestors) ? 'info' : 'error',
      );
    },
    AssignmentExpression(assignment, ancestors) {
      const isSwitch = nameOf(assignment.left) === 'process.env.NODE_TLS_REJECT_UNAUTHORIZED';
      if (!isSwitch || String(literalOf(assignment.right)) !== '0') return;
      report(
        assignment,
        'This accepts every certificate in the whole process.',
        isDevelopmentOnly(file, ancestors) ? 'info' : 'error',
      );
    },
  }));
}

function settings(project: ProjectView): readonly ProjectFile[] {
  return project
    .files('env', 'dockerfile', 'compose', 'kubernetes', 'workflow', 'yaml', 'package-json')
    .filter(({ isSupport, path }) => !isSupport && !/example|sample/.test(path));
}

const off = /NODE_TLS_REJECT_UNAUTHORIZED["']?(?:\s*[:=]\s*|\s+value:\s*|[ \t]+)["']?0\b/g;
const git = /GIT_SSL_NO_VERIFY["']?\s*[:=]\s*["']?(?:1|true)\b|strict-ssl[ =]+false\b/g;

function inSettings(file: ProjectFile): readonly RuleFinding[] {
  return [off, git].flatMap((pattern) =>
    [...file.text.matchAll(pattern)].map(({ 0: text, index }) =>
      findingAt(file, { start: index, end: index + text.length }, 'This setting accepts every certificate.'),
    ),
  );
}
