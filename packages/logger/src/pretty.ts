import { styleText } from 'node:util';

export interface PrettyOptions {
  readonly color: boolean;
}

type Style = Parameters<typeof styleText>[0];

const styles: Readonly<Record<string, Style>> = {
  fatal: ['bgRed', 'white'],
  error: 'red',
  warn: 'yellow',
  info: 'green',
  debug: 'blue',
  trace: 'gray',
};

const stylesOf: ReadonlyMap<string, Style> = new Map(Object.entries(styles));

interface PrettyRecord {
  readonly level: string;
  readonly timestamp: string;
  readonly message: string;
  readonly logger?: unknown;
  readonly err?: unknown;
  readonly [key: string]: unknown;
}

/** Writes a record of JSON for people: time, level, name, message, then fields and the error below. */
export function prettyLine(line: string, options: PrettyOptions): string {
  const record = readRecord(line);
  return record ? prettyRecord(record, options) : line;
}

function prettyRecord(record: PrettyRecord, { color }: PrettyOptions): string {
  const paint = (style: Style, text: string): string =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const { level, timestamp, message, logger, err, pid: _pid, ...fields } = record;
  const time = paint('gray', localTime(timestamp));
  const label = paint(stylesOf.get(level) ?? 'green', onOneLine(level).toUpperCase().padEnd(5));
  const name = logger === undefined ? '' : ` ${paint('cyan', onOneLine(textOf(logger)))}`;
  const rest = Object.entries(fields).map(
    ([key, value]) => ` ${paint('gray', `${onOneLine(key)}=`)}${withoutControls(fieldText(value))}`,
  );
  const trouble = err ? indent(withoutControls(errorText(err))) : '';
  // A line that a stranger began must not look like a record.
  const text = withoutControls(message).replaceAll('\n', '\n    ');
  return `${time} ${label}${name} ${text}${rest.join('')}\n${trouble}`;
}

function readRecord(line: string): PrettyRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isPrettyRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

// Records of another layout, or of a format, are left as they are.
function isPrettyRecord(value: unknown): value is PrettyRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { level, timestamp, message } = value as Partial<PrettyRecord>;
  return typeof level === 'string' && typeof timestamp === 'string' && typeof message === 'string';
}

function localTime(timestamp: string): string {
  const time = new Date(timestamp);
  // A format of the application writes times in its own way.
  if (Number.isNaN(time.getTime())) return onOneLine(timestamp);
  const part = (value: number, width = 2): string => String(value).padStart(width, '0');
  return `${part(time.getHours())}:${part(time.getMinutes())}:${part(time.getSeconds())}.${part(time.getMilliseconds(), 3)}`;
}

function fieldText(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

function errorText(error: unknown): string {
  if (typeof error !== 'object' || error === null) return textOf(error);
  const { type, message, stack, cause, errors, ...others } = error as Record<string, unknown>;
  const own =
    typeof stack === 'string' ? stack : `${textOf(type ?? 'Error')}: ${textOf(message ?? JSON.stringify(error))}`;
  const isShown = stack !== undefined || message !== undefined;
  const details = isShown ? Object.entries(others).map(([key, value]) => `${key}=${fieldText(value)}`) : [];
  return [
    own,
    ...(details.length > 0 ? [`  ${details.join(' ')}`] : []),
    ...(Array.isArray(errors) ? errors.map((each, index) => `Error ${index + 1} of it: ${errorText(each)}`) : []),
    ...(cause ? [`Caused by: ${errorText(cause)}`] : []),
  ].join('\n');
}

// A format of the application may write anything in these places.
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function indent(text: string): string {
  return `${text.replaceAll(/^/gm, '    ')}\n`;
}

// Logged text may come from a stranger; escape codes in it must not reach the terminal, nor what turns the order of letters.
function withoutControls(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/gu, escaped);
}

function onOneLine(text: string): string {
  return withoutControls(text).replaceAll('\n', escaped);
}

function escaped(control: string): string {
  const digits = control.charCodeAt(0).toString(16);
  return digits.length > 2 ? `\\u${digits}` : `\\x${digits.padStart(2, '0')}`;
}
