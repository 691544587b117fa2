import type { Rule, Severity } from '../contract.ts';
import { lastNameOf, nameOf, textOf, unwrap } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { isLogCall, logCallHint, loggedValues, type LoggedValue } from '../syntax/logging.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';

export const secretLogged: Rule = {
  id: 'SEA-R021',
  title: 'secret written to the log',
  category: 'logging',
  severity: 'error',
  version: 1,
  scope: 'file',
  why: 'Logs are copied to many places and kept for long: a secret in them must be taken for public.',
  fix: 'Leave the value out, or log whether it is set, and let the logger redact such fields.',
  explain: explanation('secret-logged'),
  check: (project) =>
    inspect(serverScripts(project), hints, (report) => ({
      CallExpression(call) {
        if (!isLogCall(call)) return;
        for (const value of loggedValues(call)) {
          const severity = severityOf(value);
          if (severity)
            report(value.node, `\`${nameOf(value.node) ?? lastNameOf(value.node)}\` is written to the log.`, severity);
        }
      },
    })),
};

const hints = [
  /\.(log|error|warn|info|debug|trace|fatal)\(/,
  /passw|passphrase|secret|private_?key|api_?key|token|jwt|authorization|cookie|credential/i,
  logCallHint,
];

const certain =
  /(password|passwd|passphrase|(client|jwt|session|signing)_?secret|private_?key|api_?key|(access|refresh|auth|bearer)_?token)$/i;
const likely = /^(secret|token|jwt|authorization|cookie|credentials?)$/i;
const claim = /^(is|has|no|needs?|use|should|missing|invalid|masked|redacted)[A-Z_]/;

function severityOf({ node }: LoggedValue): Severity | undefined {
  const bare = unwrap(node);
  const name = bare.type === 'MemberExpression' && bare.computed ? textOf(bare.property) : lastNameOf(bare);
  if (name === undefined || claim.test(name) || isConstantName(name, nameOf(bare))) return undefined;
  if (certain.test(name) || /\.headers\.(authorization|cookie)$/i.test(nameOf(bare) ?? '')) return 'error';
  return likely.test(name) ? 'info' : undefined;
}

/** `MESSAGES.BAD_PASSWORD` is a text about a password; `process.env.DB_PASSWORD` is one. */
function isConstantName(name: string, whole = ''): boolean {
  return /^[A-Z0-9_]+$/.test(name) && !whole.startsWith('process.env.');
}
