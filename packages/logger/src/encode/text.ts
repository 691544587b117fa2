// A record longer than this serves nobody, and a few of them exhaust the memory of the process.
const longestText = 256 * 1024;
// Up to here a loop is faster than a call into the engine.
const shortText = 20;

/** A JSON string; texts beyond 256 Ki characters are cut, with a note of how much was left out. */
export function quote(text: string): string {
  const { length } = text;
  if (length > shortText) return length > longestText ? quoteStart(text) : JSON.stringify(text);
  for (let index = 0; index < length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 32 || unit === 34 || unit === 92 || (unit >= 0xd800 && unit <= 0xdfff)) return JSON.stringify(text);
  }
  return `"${text}"`;
}

function quoteStart(text: string): string {
  return JSON.stringify(`${text.slice(0, longestText)}[${text.length - longestText} more characters]`);
}
