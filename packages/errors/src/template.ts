/** What stands for a sensitive value in every output. */
export const redacted = '[redacted]';

const placeholder = /\{([A-Za-z_$][\w$]*)\}/;

/** Renders a message; never throws, whatever the parameters. */
export type Render = (params: Readonly<Record<string, unknown>>) => string;

/** The names in `{…}` of a message template, in order, without repeats. */
export function placeholders(template: string): readonly string[] {
  return [...new Set(template.split(placeholder).filter((_part, index) => index % 2 === 1))];
}

/** Splits the template once, so that rendering is a concatenation. Sensitive parameters render as `[redacted]`. */
export function compileTemplate(template: string, sensitive: readonly string[] = []): Render {
  const open = template.replaceAll(new RegExp(placeholder, 'g'), (whole: string, name: string) =>
    sensitive.includes(name) ? redacted : whole,
  );
  return renderer(open.split(placeholder));
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
  return parts.map((part, index) => (index % 2 === 0 ? part : safeText(params, part))).join('');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : String(value);
}

function safeText(params: Readonly<Record<string, unknown>>, name: string): string {
  try {
    return text(params[name]);
  } catch {
    return '[unprintable]';
  }
}
