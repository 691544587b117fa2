import { isKnownWord } from './custom.ts';

/** What the environment says about levels. */
export interface LevelEnvironment {
  /** For every logger that nothing else names. */
  readonly level: string | undefined;
  readonly patterns: ReadonlyMap<string, string>;
}

/**
 * Reads a variable with a list such as `info,db.*=debug`.
 *
 * An unknown word is passed over with a warning: other programs may read the same variable.
 */
export function readLevelEnvironment(variable: string | false): LevelEnvironment {
  const patterns = new Map<string, string>();
  let level: string | undefined;
  const text = variable === false ? '' : (process.env[variable] ?? '');
  for (const part of text.split(',')) {
    const [left = '', right] = part.split('=').map((side) => side.trim());
    const word = (right ?? left).toLowerCase();
    if (word === '') continue;
    if (!isKnownWord(word)) warnOnce(String(variable), word);
    else if (right === undefined) level = word;
    else patterns.set(left, word);
  }
  return { level, patterns };
}

const warned = new Set<string>();

function warnOnce(variable: string, word: string): void {
  if (warned.has(word)) return;
  warned.add(word);
  process.emitWarning(
    `${variable} has the unknown level ${JSON.stringify(word)}, which is passed over.`,
    'LoggerWarning',
  );
}
