/** Objects of which only the kinds of their values are the same everywhere. */
const ofThisProcess = new Set(['memory', 'runtime', 'environment', 'sinceStart', 'thisMinute']);
const ofThisMoment = new Set(['uptimeMs', 'utilization', 'startTime', 'endTime', 'time']);
/** A measured duration is one of these; the checks of the fake application have whole milliseconds of their own. */
const isMeasured = (name: string, value: unknown): boolean => name === 'durationMs' && !Number.isInteger(value);

/** An answer with what differs between two runs replaced by its type, to be compared with a file. */
export function steady(value: unknown, base: string): unknown {
  if (typeof value === 'string') return value.replaceAll(base, '<base>');
  if (Array.isArray(value)) return value.map((item) => steady(item, base));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, steadyMember(name, item, base)]));
}

function steadyMember(name: string, value: unknown, base: string): unknown {
  if (ofThisProcess.has(name)) return kindsOf(value);
  // A check of the application carries a time of its own only in the errors, which are written down.
  if (ofThisMoment.has(name) && value !== '2026-01-02T03:04:05.678Z') return `<${typeof value}>`;
  return isMeasured(name, value) ? '<number>' : steady(value, base);
}

function kindsOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value === null ? '<null>' : `<${typeof value}>`;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === 'memoryLimitBytes' || name === 'nodeEnv' ? '<any>' : kindsOf(item),
    ]),
  );
}
