import { globToRegExp } from './glob.ts';

interface Pattern {
  readonly regExp: RegExp;
  readonly isNegated: boolean;
  readonly directoriesOnly: boolean;
}

/** The patterns of one .gitignore, for paths relative to its own directory. */
export interface Gitignore {
  /** True: ignored; false: taken back by `!`; undefined: nothing said. */
  decide(path: string, isDirectory: boolean): boolean | undefined;
}

/** Reads a .gitignore by the rules of gitignore(5): the last pattern that matches decides. */
export function parseGitignore(text: string): Gitignore {
  const patterns = text.split(/\r?\n/).flatMap((line) => parseLine(line));
  return {
    decide(path, isDirectory) {
      const last = patterns.findLast(
        (pattern) => (isDirectory || !pattern.directoriesOnly) && pattern.regExp.test(path),
      );
      return last === undefined ? undefined : !last.isNegated;
    },
  };
}

function parseLine(line: string): readonly Pattern[] {
  let glob = line.replace(/(?<!\\)\s+$/, '');
  if (glob === '' || glob.startsWith('#')) return [];
  const isNegated = glob.startsWith('!');
  if (isNegated) glob = glob.slice(1);
  const directoriesOnly = glob.endsWith('/');
  if (directoriesOnly) glob = glob.slice(0, -1);
  if (glob === '') return [];
  const isAnchored = glob.includes('/');
  const anchored = glob.startsWith('/') ? glob.slice(1) : glob;
  const regExp = globToRegExp(isAnchored ? anchored : `**/${anchored}`, { braces: false });
  return [{ regExp, isNegated, directoriesOnly }];
}
