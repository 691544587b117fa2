import { parseSync } from 'oxc-parser';

/** A place in a text that has a word it must not have. */
export interface Hit {
  readonly offset: number;
  readonly message: string;
}

/** Looks through one file. The path starts at the root of the repository. */
export type WordRule = (file: string, text: string) => readonly Hit[];

const isCode = /\.[cm]?[jt]sx?$/;
const isFixture = /(^|\/)(fixtures|faulty-service)\//;

/** Work left for later belongs in a decision or an issue, not in the sources. Only comments count: a rule may look for the words. */
export const unfinishedWork: WordRule = (file, text) => {
  if (!isCode.test(file) || !/^(packages|apps)\/[^/]+\/src\/|^tools\//.test(file) || isFixture.test(file)) return [];
  return parseSync(file, text).comments.flatMap(({ value, start }) =>
    [...value.matchAll(/\b(TODO|FIXME|HACK|XXX)\b/g)].map(({ 0: word, index }) => ({
      offset: start + '//'.length + index,
      message: `a comment says ${word}; do it, or record it where others find it`,
    })),
  );
};

/**
 * Users tell errors apart by their code, so what a package or app throws comes from its catalogue. Fakes for tests throw
 * what the code of users would.
 */
export const bareErrors: WordRule = (file, text) => {
  if (!/^(packages|apps)\/[^/]+\/src\/.*\.ts$/.test(file) || isFixture.test(file)) return [];
  if (/(^|[/-])testing\.ts$/.test(file)) return [];
  const found = text.matchAll(/\b(?:throw |reject\()new (\w*Error)\(/g);
  return [...found].map(({ 1: name, index }) => ({
    offset: index,
    message: `throws a bare ${name}; declare it in errors.ts by defineErrors`,
  }));
};

/** A focused test hides the others, and a skipped one needs a printed reason: `context.skip(reason)`. */
export const focusedTests: WordRule = (file, text) => {
  if (!isCode.test(file) || !/\/(test|bench)\//.test(file) || isFixture.test(file)) return [];
  const found = text.matchAll(
    /\b(describe|it|test|suite|bench)(\.\w+)*\.(only|skip|todo)\b|\b(xit|fit|xdescribe|fdescribe)\(/g,
  );
  return [...found].map(({ 0: word, index }) => ({ offset: index, message: `${word} must not stay in a test` }));
};

/** No file names one of the hosts, in any letter case. */
export function forbiddenHosts(hosts: readonly string[]): WordRule {
  return (_file, text) => {
    const lower = text.toLowerCase();
    return hosts
      .map((host) => ({ offset: lower.indexOf(host), message: 'names the host of a package registry' }))
      .filter(({ offset }) => offset !== -1);
  };
}

/** No file names the folder this checkout lies in. */
export function forbiddenFolder(folder: string): WordRule {
  return (_file, text) => {
    const offset = text.indexOf(folder);
    return offset === -1 ? [] : [{ offset, message: 'names a folder of the machine it was written on' }];
  };
}
