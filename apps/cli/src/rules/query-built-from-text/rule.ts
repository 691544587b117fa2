import type { Node, Rule, Severity } from '../contract.ts';
import { type CallNode, lastNameOf, nameOf, operandsOf, receiverOf, textOf, unwrap } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';

export const queryBuiltFromText: Rule = {
  id: 'SEA-R089',
  title: 'SQL built from text',
  category: 'security',
  severity: 'error',
  version: 1,
  scope: 'file',
  why: 'A value with a quote in it becomes part of the statement: everything in the database can be read or deleted.',
  fix: 'Put a parameter into the statement, and give the value beside it.',
  explain: explanation('query-built-from-text'),
  check: (project) =>
    inspect(serverScripts(project), hint, (report) => ({
      CallExpression(call) {
        const [statement] = call.arguments;
        if (!statement || !queries.test(lastNameOf(call.callee) ?? '') || !receiverOf(call)) return;
        const severity = worst(valuesIn(statement).map(severityOf));
        if (severity)
          report(statement, `A value is written into the statement that \`${calledBy(call)}\` runs.`, severity);
      },
    })),
};

// A statement begins with its keyword, and goes on in the same text or after a `+`.
const hint =
  /["'`](?:\s|\\(?:x[\da-f]{2}|u[\da-f]{4}|[^]))*(?:select|insert|update|delete|replace)(?=[\s$\\]|["'`]\s*[+)/])/i;

const queries = /^(query|execute|exec|raw|run|all|get|prepare|\$queryRawUnsafe|\$executeRawUnsafe|unsafe)$/;
const sql =
  /^\s*(select\s.+\sfrom\s|insert\s+(or\s+\w+\s+)?into\s|update\s+\S+\s+set\s|delete\s+from\s|replace\s+into\s)/is;

/** What a template or `+` puts into a text that is SQL, in the place of a value. */
function valuesIn(statement: Node): readonly Node[] {
  const bare = unwrap(statement);
  if (bare.type === 'TemplateLiteral') {
    const parts = bare.quasis.map(({ value }) => value.raw);
    if (!sql.test(parts.join(' x '))) return [];
    return bare.expressions.filter((_, index) => isValuePlace(parts[index] ?? ''));
  }
  const operands = operandsOf(bare);
  const [first] = operands;
  if (operands.length < 2 || !sql.test(operands.map((operand) => textOf(operand) ?? ' x ').join(''))) return [];
  return operands.filter((operand, index) => operand !== first && isValuePlace(textOf(operands[index - 1]) ?? ''));
}

/** After a comparison, a quote or the start of a list stands a value; after FROM or a `$`, a name or a number. */
function isValuePlace(before: string): boolean {
  return /([=<>(,]|\blike|\blimit|\boffset|\bin)\s*$|['"%]$/i.test(before);
}

function severityOf(value: Node): Severity | undefined {
  const name = nameOf(value);
  if (name === undefined || /^[A-Z0-9_.]+$/.test(name) || harmless.test(name)) return undefined;
  return /^(req|request|ctx)\.|^(body|query|params)\./.test(name) ? 'error' : 'warning';
}

const harmless =
  /(placeholders?|columns?|fields?|table(Name)?|keys|marks|clause|where|order(By)?|sql|now|count|index|idx|length|escaped\w*)$/i;

function worst(severities: readonly (Severity | undefined)[]): Severity | undefined {
  return severities.includes('error') ? 'error' : severities.find((severity) => severity !== undefined);
}

function calledBy(call: CallNode): string {
  return nameOf(call.callee) ?? lastNameOf(call.callee) ?? 'query';
}
