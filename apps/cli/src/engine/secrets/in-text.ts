import { isSecretName, isStandIn, looksSecret } from '../../rules/syntax/secrets.ts';

/** A part of a text, as offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

// `NAME=value`, `"name": "value"`, `--name=value`, and `ENV NAME value` of a Dockerfile.
const assignment =
  /(?<![\w.-])(?<name>[\w.-]{1,80})["']?[ \t]{0,8}[:=][ \t]{0,8}(?<value>"[^"\n]*"|'[^'\n]*'|[^\s"',]+)|^[ \t]*ENV[ \t]+(?<old>\w+)[ \t]+(?<rest>[^=\n]+)$/gim;

/** Where a text gives a value to a name that says "secret". */
export function secretsInText(text: string): readonly Span[] {
  return assignmentsIn(text).filter(({ value }) => !isStandIn(unquote(value)));
}

/** The same for code, where only a quoted value is one, and many are words: only those that look made up count. */
export function secretsInCode(text: string): readonly Span[] {
  if (!anyName.test(text)) return [];
  return assignmentsIn(text).filter(({ value }) => /^["']/.test(value) && looksSecret(unquote(value)));
}

/** A part of every name that says "secret": most code has none, and finding all its assignments takes long. */
const anyName = /pass|pwd|secret|key|token|credential/i;

interface Assignment extends Span {
  readonly value: string;
}

function assignmentsIn(text: string): readonly Assignment[] {
  return [...text.matchAll(assignment)].flatMap(({ index, 0: whole, groups = {} }) => {
    const { name, value, old, rest } = groups;
    if (!isSecretName(name ?? old ?? '')) return [];
    return [{ start: index, end: index + whole.length, value: value ?? rest ?? '' }];
  });
}

function unquote(value: string): string {
  return value.replace(/^(["'])(.*)\1$/, '$2');
}
