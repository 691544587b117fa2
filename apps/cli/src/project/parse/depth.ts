// The script parser is native and recursive: a text nested deeply enough overflows its stack and ends the process, and
// no exception says so. The scan below counts, cheaply and on the safe side, what could nest. A slash is counted apart:
// base64 in a string holds thousands of `+` and `/`, and is no reason to refuse a file.

const maxBrackets = 1_000;
const maxOperators = 20_000;
const maxElse = 2_000;

/** The offset at which a script nests deeper than any real one; undefined for every real one. */
export function tooDeepAt(text: string): number | undefined {
  let brackets = 0;
  let operators = 0;
  let slashes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const effect = effects[text.charCodeAt(at)];
    if (effect === undefined) continue;
    if (effect === separator) operators = slashes = 0;
    else if (effect === slash) slashes += 1;
    else if (effect === close) brackets = Math.max(0, brackets - 1);
    else operators += 1;
    if (effect === open) brackets += 1;
    if (brackets > maxBrackets || operators > maxOperators || slashes > maxOperators) return at;
  }
  return deepElseAt(text);
}

const open = 1;
const close = 2;
const separator = 3;
const operator = 4;
const slash = 5;

const effects: readonly (number | undefined)[] = Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  if ('([{'.includes(char)) return open;
  if (')]}'.includes(char)) return close;
  if (';,'.includes(char)) return separator;
  if (char === '/') return slash;
  return '!%&*+-.:<=>?^|~'.includes(char) ? operator : undefined;
});

/** `else if` nests once for each `else`, with brackets that all close. */
function deepElseAt(text: string): number | undefined {
  let count = 0;
  for (let at = text.indexOf('else'); at !== -1; at = text.indexOf('else', at + 4)) {
    count += 1;
    if (count > maxElse) return at;
  }
  return undefined;
}
