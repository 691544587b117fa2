import type { Node } from '../contract.ts';
import { asObject, type CallNode, lastNameOf, nameOf, operandsOf, receiverOf, unwrap } from './expressions.ts';

const levels = new Set([
  'fatal',
  'error',
  'warn',
  'warning',
  'info',
  'http',
  'verbose',
  'debug',
  'trace',
  'log',
  'dir',
]);
const loggerName = /^(console|log|logger|LOG|LOGGER|.*(Log|Logger|_log|_logger))$/;

/** Stands wherever a log call does: a name of `loggerName`, and a level of it or what may hide one. */
export const logCallHint =
  /(?:console|[lL]og(?:ger)?|LOG(?:GER)?)\b["'`\])!\s]*(?:\??\.\s*(?:(?:fatal|error|warn|warning|info|http|verbose|debug|trace|log|dir)\b|[/[])|\[|(?:as|satisfies)\s|\/[/*])/;

/** Whether a call writes a log line: `console.log(…)`, `logger.warn(…)`, `request.log.info(…)`. */
export function isLogCall(call: CallNode): boolean {
  const level = lastNameOf(call.callee);
  const receiver = lastNameOf(receiverOf(call));
  return level !== undefined && receiver !== undefined && levels.has(level) && loggerName.test(receiver);
}

export function isConsoleCall(call: CallNode): boolean {
  return isLogCall(call) && nameOf(receiverOf(call)) === 'console';
}

/** A value that a log call writes as it is. */
export interface LoggedValue {
  readonly node: Node;
  /** The field it is written under, when it is one. */
  readonly field?: string;
}

/** The values a log call writes: arguments, fields of object literals, and what templates and `+` put into a text. */
export function loggedValues(call: CallNode): readonly LoggedValue[] {
  return call.arguments.flatMap((argument) => valuesIn(argument));
}

function valuesIn(node: Node, field?: string): readonly LoggedValue[] {
  const bare = unwrap(node);
  if (bare.type === 'TemplateLiteral') return bare.expressions.flatMap((expression) => valuesIn(expression, field));
  if (bare.type === 'BinaryExpression' && bare.operator === '+')
    return operandsOf(bare).flatMap((operand) => valuesIn(operand, field));
  const object = asObject(bare);
  if (!object) return [field === undefined ? { node: bare } : { node: bare, field }];
  return object.properties.flatMap((property) =>
    property.type === 'Property'
      ? valuesIn(property.value, lastNameOf(property.key) ?? '')
      : valuesIn(property.argument),
  );
}
