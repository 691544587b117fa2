// A text that a regular expression accepts: the shortest repeats, the first alternatives. What it does not know, such as a
// look-ahead, is passed over, so the text has to be checked afterwards.

interface Reader {
  readonly source: string;
  at: number;
}

const candidates: readonly string[] = [
  ...'a 0 A 1 b B z Z 9 - _ . @ : / + = #'.split(' '),
  ...Array.from({ length: 95 }, (_, code) => String.fromCodePoint(32 + code)),
];

/** A text for a pattern; undefined when the pattern is not understood. */
export function textFor(pattern: string): string | undefined {
  const reader = { source: pattern, at: 0 };
  try {
    const made = readAlternatives(reader);
    return reader.at === pattern.length && new RegExp(pattern, 'u').test(made) ? made : undefined;
  } catch {
    return undefined;
  }
}

function readAlternatives(reader: Reader): string {
  const first = readSequence(reader);
  while (reader.source[reader.at] === '|') {
    reader.at += 1;
    readSequence(reader);
  }
  return first;
}

function readSequence(reader: Reader): string {
  let made = '';
  for (
    let next = reader.source[reader.at];
    next !== undefined && next !== '|' && next !== ')';
    next = reader.source[reader.at]
  ) {
    const atom = readAtom(reader);
    made += atom.repeat(readRepeats(reader));
  }
  return made;
}

function readAtom(reader: Reader): string {
  const { source } = reader;
  const start = reader.at;
  const next = source[start] ?? '';
  reader.at += 1;
  if (next === '^' || next === '$') return '';
  if (next === '(') return readGroup(reader);
  if (next === '[') return readClass(reader, start);
  if (next === '.') return 'a';
  if (next !== '\\') return next;
  reader.at += /^u\{[\da-f]+\}|^u[\da-f]{4}|^x[\da-f]{2}|^p\{[^}]*\}/iu.exec(source.slice(reader.at))?.[0].length ?? 1;
  return matching(source.slice(start, reader.at));
}

function readGroup(reader: Reader): string {
  const opening = /^\?(?::|=|!|<=|<!|<[^>]+>)/.exec(reader.source.slice(reader.at))?.[0] ?? '';
  reader.at += opening.length;
  const made = readAlternatives(reader);
  reader.at += 1;
  return /^\?(?:=|!|<=|<!)$/.test(opening) ? '' : made;
}

function readClass(reader: Reader, start: number): string {
  while (reader.source[reader.at] !== ']') reader.at += reader.source[reader.at] === '\\' ? 2 : 1;
  reader.at += 1;
  return matching(reader.source.slice(start, reader.at));
}

function matching(atom: string): string {
  if (atom === '\\b' || atom === '\\B') return '';
  const test = new RegExp(`^${atom}$`, 'u');
  return candidates.find((candidate) => test.test(candidate)) ?? '';
}

function readRepeats(reader: Reader): number {
  const repeats = /^(?:\*|\+|\?|\{(\d+)(?:,\d*)?\})\??/.exec(reader.source.slice(reader.at));
  if (!repeats) return 1;
  reader.at += repeats[0].length;
  if (repeats[1] !== undefined) return Math.min(Number(repeats[1]), 10_000);
  return repeats[0].startsWith('+') ? 1 : 0;
}
