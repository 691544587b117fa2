import satisfies from 'semver/functions/satisfies.js';
import validVersion from 'semver/functions/valid.js';
import validRange from 'semver/ranges/valid.js';

/** Answers about versions and ranges; a thousand plugins ask the same few questions. */
export interface Versions {
  isVersion(version: unknown): boolean;
  isRange(range: unknown): boolean;
  matches(version: string, range: string): boolean;
}

export function createVersions(): Versions {
  const answers = new Map<string, boolean>();
  const once = (question: string, ask: () => boolean): boolean => {
    const known = answers.get(question);
    if (known !== undefined) return known;
    const answer = ask();
    answers.set(question, answer);
    return answer;
  };
  return {
    isVersion: (version) =>
      typeof version === 'string' && once(`version ${version}`, () => validVersion(version) !== null),
    isRange: (range) => typeof range === 'string' && once(`range ${range}`, () => validRange(range) !== null),
    matches: (version, range) => once(`matches ${version} in ${range}`, () => satisfies(version, range)),
  };
}
