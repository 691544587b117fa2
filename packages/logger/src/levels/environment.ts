import { findLevel, parseLevelWord, type LevelWord } from './vocabulary.ts';

export interface LevelEnvironment {
  /** For every logger that nothing else names. */
  readonly level: LevelWord | undefined;
  readonly patterns: ReadonlyMap<string, LevelWord>;
}

/**
 * Reads a list such as `info,db.*=debug`.
 *
 * An unknown word is passed over with a warning: other programs read the same variable.
 */
export function parseLevelEnvironment(text: string | undefined): LevelEnvironment {
  const patterns = new Map<string, LevelWord>();
  let level: LevelWord | undefined;
  for (const part of (text ?? '').split(',')) {
    const [left = '', right] = part.split('=').map((side) => side.trim());
    const word = right ?? left;
    if (word === '') continue;
    if (word.toLowerCase() !== 'silent' && !findLevel(word)) warnOnce(word);
    else if (right === undefined) level = parseLevelWord(word);
    else patterns.set(left, parseLevelWord(word));
  }
  return { level, patterns };
}

const warned = new Set<string>();

function warnOnce(word: string): void {
  if (warned.has(word)) return;
  warned.add(word);
  process.emitWarning(
    `LOG_LEVEL has the unknown level ${JSON.stringify(word)}, which is passed over.`,
    'LoggerWarning',
  );
}
