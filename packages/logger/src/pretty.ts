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

interface PrettyRecord {
  readonly level: string;
  readonly timestamp: string;
  readonly message: string;
  readonly logger?: string;
  readonly err?: PrettyError;
  readonly [key: string]: unknown;
}

interface PrettyError {
  readonly type?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: PrettyError;
}

/** Writes a record of JSON for people: time, level, name, message, then fields and the error below. */
export function prettyLine(line: string, { color }: PrettyOptions): string {
  const record = readRecord(line);
  if (!record) return line;
  const paint = (style: Style, text: string): string =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const { level, timestamp, message, logger, err, pid: _pid, ...fields } = record;
  const time = paint('gray', localTime(timestamp));
  const label = paint(styles[level] ?? 'green', level.toUpperCase().padEnd(5));
  const name = logger === undefined ? '' : ` ${paint('cyan', logger)}`;
  const rest = Object.entries(fields).map(
    ([key, value]) => ` ${paint('gray', `${key}=`)}${withoutControls(fieldText(value))}`,
  );
  const trouble = err ? indent(withoutControls(errorText(err))) : '';
  return `${time} ${label}${name} ${withoutControls(message)}${rest.join('')}\n${trouble}`;
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
  const part = (value: number, width = 2): string => String(value).padStart(width, '0');
  return `${part(time.getHours())}:${part(time.getMinutes())}:${part(time.getSeconds())}.${part(time.getMilliseconds(), 3)}`;
}

function fieldText(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

function errorText(error: PrettyError): string {
  const own = error.stack ?? `${error.type}: ${error.message}`;
  return error.cause && typeof error.cause === 'object' ? `${own}\nCaused by: ${errorText(error.cause)}` : own;
}

function indent(text: string): string {
  return `${text.replaceAll(/^/gm, '    ')}\n`;
}

// Logged text may come from a stranger; escape codes in it must not reach the terminal.
function withoutControls(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t\n]/gu, (control) => {
    return `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
