/** One thing that is wrong with the configuration. */
export interface Problem {
  /** Dotted key, such as `server.port`; empty when no key is concerned. */
  readonly key: string;
  /** Where the value came from: `config/default.json:3:13`, `env:APP_SERVER_PORT`, `argv:--server.port`, `default`. */
  readonly source: string;
  /** What was expected, and what was there instead unless it is secret. */
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

/** All problems as lines of text, one each, in the order found. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map(formatProblem).join('\n');
}

function formatProblem({ key, source, message, suggestion }: Problem): string {
  const subject = key === '' ? '' : `${key}: `;
  const place = source === '' ? '' : ` (${source})`;
  const hint = suggestion === undefined ? '' : ` ${suggestion}`;
  return `  - ${subject}${message}${hint}${place}`;
}

/** Shows a received value briefly and with its type, for a message. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return `${JSON.stringify(shorten(value))} (string)`;
  if (typeof value === 'number' || typeof value === 'boolean') return `${value} (${typeof value})`;
  return kindOf(value);
}

/** Names the kind of a value without showing any of it. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  return value === undefined ? 'nothing' : `a ${typeof value}`;
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
