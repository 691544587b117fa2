import { typeName, visibleStack } from './encode/error-members.ts';
import { readMember } from './encode/read.ts';
import { redacted, type Rule } from './redact.ts';

const mostCauses = 10;

/** What may be shown of an error, as an error, for layouts that write it in their own way. */
export function visibleError(error: Error, rule: Rule | undefined, depth: number = 0): Error {
  if (!rule) return error;
  const show = (key: 'message' | 'stack' | 'code'): unknown =>
    rule.child(key)?.hides === true ? redacted : readMember(error, key);
  const message = readMember(error, 'message');
  const stack = show('stack');
  const visible = new Error();
  const shown = {
    name: rule.child('name')?.hides === true ? redacted : typeName(error, readMember(error, 'name')),
    message: show('message'),
    code: show('code'),
    stack: typeof stack === 'string' ? visibleStack(stack, message, rule) : stack,
    cause: visibleCause(error, rule.child('cause'), depth),
  };
  for (const [key, value] of Object.entries(shown)) Object.defineProperty(visible, key, { value });
  return visible;
}

function visibleCause(error: Error, rule: Rule | undefined, depth: number): unknown {
  const cause = readMember(error, 'cause');
  if (rule?.hides === true || depth === mostCauses) return undefined;
  return cause instanceof Error ? visibleError(cause, rule, depth + 1) : cause;
}
