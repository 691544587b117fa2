// A record longer than this serves nobody, and a few of them exhaust the memory of the process.
const longestText = 256 * 1024;
// Up to here a loop is faster than a call into the engine.
const shortText = 48;

/** A JSON string; texts beyond 256 Ki characters are cut, with a note of how much was left out. */
export function quote(text: string): string {
  if (isShortAndPlain(text)) return `"${text}"`;
  return text.length > longestText ? quoteStart(text) : JSON.stringify(text);
}

/** What `quote` gives, without the quotes. */
export function quoteContent(text: string): string {
  return isShortAndPlain(text) ? text : quote(text).slice(1, -1);
}

/** True for a short text that stands in JSON as it is; a long one, or one that needs escaping, is left to `quote`. */
export function isShortAndPlain(text: string): boolean {
  const { length } = text;
  if (length > shortText) return false;
  for (let index = 0; index < length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 32 || unit === 34 || unit === 92 || (unit >= 0xd800 && unit <= 0xdfff)) return false;
  }
  return true;
}

function quoteStart(text: string): string {
  return JSON.stringify(`${text.slice(0, longestText)}[${text.length - longestText} more characters]`);
}

/**
 * The same text in one piece.
 *
 * The engine joins texts by keeping both parts, and goes through all parts each time the whole is written; what is
 * written again and again is better in one piece. Reading a character by its number makes it so.
 */
export function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}

/** A number as JSON has it. */
export function numberText(value: number): string {
  return Number.isFinite(value) ? finiteText(value) : 'null';
}

const fractions: string[] = [];
const mostWithFraction = 1_000_000;

/**
 * What `String` gives. A duration or amount mostly has three decimals at the most, and one whole number divided by a
 * thousand has no other text: the engine, which looks for the shortest of all, takes several times longer.
 */
function finiteText(value: number): string {
  if (value > 0 && value < mostWithFraction) {
    const thousandths = Math.round(value * 1000);
    const whole = Math.floor(value);
    if (whole !== value && thousandths / 1000 === value)
      return String(whole) + fractionText(thousandths - whole * 1000);
  }
  return String(value);
}

function fractionText(thousandths: number): string {
  return (fractions[thousandths] ??= String(thousandths / 1000).slice(1));
}

// Longer texts count towards the most text of one record.
const simpleLength = 1024;

/** The JSON of a text, number or boolean that JSON gives back as it was; `undefined` for any other value. */
export function simpleText(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? finiteText(value) : undefined;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return typeof value === 'string' && value.length < simpleLength ? quote(value) : undefined;
}
