import { readVersion } from './version.ts';

/** What needs no command is answered before the framework is loaded: loading it takes as long as an empty Node. */
export function answerAtOnce(words: readonly string[]): string | undefined {
  return words.length === 1 && (words[0] === '--version' || words[0] === '-v') ? `${readVersion()}\n` : undefined;
}
