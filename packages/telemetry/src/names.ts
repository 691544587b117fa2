// Names on a Prometheus page, by the OpenTelemetry specification "Prometheus and OpenMetrics compatibility", and where that
// leaves a name that `promtool check metrics` refuses, by promtool: it wants base units, snake_case and no reserved words.
import type { MetricType } from './types.ts';

/** What a unit is called on the page, and how its values become those of the base unit. */
interface Unit {
  readonly name: string;
  /** Multiplied by the first, then divided by the second: 5 ms are 5 / 1000 s, which is 0.005 and not 0.0050000000001. */
  readonly times?: number;
  readonly over?: number;
}

const units: ReadonlyMap<string, Unit> = new Map(
  Object.entries<Unit>({
    s: { name: 'seconds' },
    ms: { name: 'seconds', over: 1e3 },
    us: { name: 'seconds', over: 1e6 },
    ns: { name: 'seconds', over: 1e9 },
    min: { name: 'seconds', times: 60 },
    h: { name: 'seconds', times: 3_600 },
    d: { name: 'seconds', times: 86_400 },
    wk: { name: 'seconds', times: 604_800 },
    By: { name: 'bytes' },
    kBy: { name: 'bytes', times: 1e3 },
    MBy: { name: 'bytes', times: 1e6 },
    GBy: { name: 'bytes', times: 1e9 },
    KiBy: { name: 'bytes', times: 1_024 },
    MiBy: { name: 'bytes', times: 1_048_576 },
    GiBy: { name: 'bytes', times: 1_073_741_824 },
    bit: { name: 'bytes', over: 8 },
    m: { name: 'meters' },
    g: { name: 'grams' },
    kg: { name: 'grams', times: 1e3 },
    J: { name: 'joules' },
    V: { name: 'volts' },
    A: { name: 'amperes' },
    K: { name: 'kelvin' },
    Hz: { name: 'hertz' },
    '%': { name: 'percent' },
    Cel: { name: 'celsius' },
  }),
);

/** How a value becomes one of the base unit; undefined when it is one. */
export function toBaseUnit(unit: string): ((value: number) => number) | undefined {
  const { times = 1, over = 1 } = units.get(unit) ?? {};
  return times === 1 && over === 1 ? undefined : (value) => (value * times) / over;
}

/** `http.server.request.duration` in `s` becomes `http_server_request_duration_seconds`; a counter ends in `_total`. */
export function metricName(name: string, unit: string, type: MetricType): string {
  const suffix = pageUnit(unit, type);
  const base = snake(name)
    .replace(/^(\d)/, '_$1')
    .replace(/_total$/, type === 'counter' ? '' : '_total');
  const withUnit = suffix === undefined || base.endsWith(`_${suffix}`) ? base : `${base}_${suffix}`;
  let words = withUnit;
  // What is joined may be the next word to avoid: x.day.s.
  for (let before = ''; before !== words; words = allowedWords(words)) before = words;
  return type === 'counter' ? `${words}_total` : words.replace(reservedEnd(type), '$&s');
}

/** What a family is called in OpenMetrics, where only the samples of a counter end in `_total`. */
export function familyName(name: string, type: MetricType): string {
  return type === 'counter' ? name.slice(0, -'_total'.length) : name;
}

/** Names that begin with two underscores belong to Prometheus itself: `__name__` would rename the series. */
export function labelName(name: string): string {
  const plain = /[a-z][A-Z]/.test(name) ? snake(name) : clean(name);
  const written = plain.replace(/^(\d)/, '_$1').replace(/^_{2,}/, '_');
  // Prometheus gives these to buckets and quantiles.
  return written === 'quantile' ? 'exported_quantile' : written;
}

export function escapeHelp(text: string, name: string): string {
  if (text.trim() === '') return name;
  return text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

export function escapeLabel(text: string): string {
  // Nearly all values are of these, and replacing four times costs more than the look.
  if (/^[\w ./:-]*$/.test(text)) return text;
  // Half of a surrogate pair has no UTF-8, and a page that is not UTF-8 is refused.
  return text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** The unit's word at the end of a name, if it has one. */
export function pageUnit(unit: string, type: MetricType): string | undefined {
  if (unit === '1') return type === 'gauge' ? 'ratio' : undefined;
  const bare = unit.replaceAll(/\{[^}]*\}/g, '');
  if (bare === '') return undefined;
  const [amount = '', per] = bare.split('/', 2);
  if (per === undefined) return unitWord(amount);
  // Values of a rate are not converted, so neither is its name.
  const first = toBaseUnit(amount) === undefined ? unitWord(amount) : snake(amount);
  return `${first}_per_${(toBaseUnit(per) === undefined ? unitWord(per) : snake(per)).replace(/s$/, '')}`;
}

function unitWord(unit: string): string {
  return units.get(unit)?.name ?? snake(unit);
}

const typeWords: ReadonlySet<string> = new Set(['counter', 'gauge', 'summary', 'histogram']);
const shortUnits: ReadonlySet<string> = new Set([
  's',
  'ms',
  'us',
  'ns',
  'sec',
  'b',
  'kb',
  'mb',
  'gb',
  'tb',
  'pb',
  'm',
  'h',
  'd',
]);
const prefix = '(?:pico|nano|micro|milli|centi|deci|deca|hecto|kilo|kibi|mega|mibi|giga|gibi|tera|tebi|peta|pebi)';
const baseUnits = '(?:amperes|bytes|celsius|grams|joules|kelvin|meters|metres|seconds|volts)';
const otherUnits =
  '(?:minutes|hours|days|weeks|kelvins|fahrenheit|rankine|inches|yards|miles|bits|calories|pounds|ounces)';
const notBaseUnit = new RegExp(`^(?:${prefix}${baseUnits}|${prefix}?${otherUnits})$`);

/** Words that promtool refuses, written so that it does not: as the other of singular and plural, or joined on. */
function allowedWords(name: string): string {
  let text = '';
  for (const [index, word] of name.split('_').entries()) {
    if (index === 0) text = otherNumber(word);
    else if (shortUnits.has(word)) text += word;
    else text += `_${otherNumber(word)}`;
  }
  return text;
}

function otherNumber(word: string): string {
  if (typeWords.has(word)) return `${word}s`;
  if (!notBaseUnit.test(word)) return word;
  return word.endsWith('s') ? word.slice(0, -1) : `${word}s`;
}

/** Ends that belong to the lines of other types. */
function reservedEnd(type: MetricType): RegExp {
  return type === 'histogram' ? /_total$/ : /_(?:total|bucket|count|sum)$/;
}

function snake(text: string): string {
  return clean(text.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2'))
    .replaceAll(/_{2,}/g, '_')
    .toLowerCase();
}

function clean(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]+/g, '_');
}
