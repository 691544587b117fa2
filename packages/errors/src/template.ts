import { isParameterName } from './names.ts';

/** What stands for a sensitive value in every output. */
export const redacted = '[redacted]';

/** Renders a message; never throws, whatever the parameters. */
export type Render = (params: Readonly<Record<string, unknown>>) => string;

/** Splits a message template at its `{placeholders}`: every second part is a parameter's name. */
export function partsOf(template: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (let open = template.indexOf('{'); open !== -1; open = template.indexOf('{', open + 1)) {
    const close = template.indexOf('}', open);
    const name = template.slice(open + 1, close === -1 ? undefined : close);
    if (close === -1 || !isParameterName(name)) continue;
    parts.push(template.slice(from, open), name);
    from = close + 1;
  }
  parts.push(template.slice(from));
  return parts;
}

/** The names in `{…}` of a message template, in order, without repeats. */
export function placeholders(template: string): readonly string[] {
  return [...new Set(partsOf(template).filter((_part, index) => index % 2 === 1))];
}

/** Makes rendering a concatenation of the template's parts. Sensitive parameters render as `[redacted]`. */
export function compileTemplate(parts: readonly string[], sensitive: readonly string[] = []): Render {
  return renderer(sensitive.length === 0 ? parts : withoutSensitive(parts, sensitive));
}

function withoutSensitive(parts: readonly string[], sensitive: readonly string[]): readonly string[] {
  const shown = parts.map((part, index) => {
    if (index % 2 === 0) return part;
    return sensitive.includes(part) ? redacted : `{${part}}`;
  });
  return partsOf(shown.join(''));
}

// Up to two placeholders, which is most messages, are one expression in one function: in a loop, or with the guard in
// a function of its own, the message costs twice as much.
function renderer(parts: readonly string[]): Render {
  const [start = '', first = '', middle = '', second = '', end = ''] = parts;
  if (parts.length === 1) return () => start;
  if (parts.length === 3) {
    return (params) => {
      try {
        return start + text(params[first]) + middle;
      } catch {
        return joined(parts, params);
      }
    };
  }
  if (parts.length === 5) {
    return (params) => {
      try {
        return start + text(params[first]) + middle + text(params[second]) + end;
      } catch {
        return joined(parts, params);
      }
    };
  }
  return (params) => joined(parts, params);
}

/** Every second part is a parameter's name. */
function joined(parts: readonly string[], params: Readonly<Record<string, unknown>>): string {
  return parts.map((part, index) => (index % 2 === 0 ? part : safeText(() => params[part]))).join('');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : String(value);
}

/** The text of any value; never throws. */
export function safeText(valueOf: () => unknown): string {
  try {
    return text(valueOf());
  } catch {
    return '[unprintable]';
  }
}
