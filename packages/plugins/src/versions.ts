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
      typeof version === 'string' &&
      (isPlain(version) || once(`version ${version}`, () => validVersion(version) !== null && !/\s/.test(version))),
    isRange: (range) =>
      typeof range === 'string' && (isPlainRange(range) || once(`range ${range}`, () => validRange(range) !== null)),
    matches: (version, range) =>
      isSame(version, range) || once(`matches ${version} in ${range}`, () => satisfies(version, range)),
  };
}

// The first question to semver compiles its grammar, which takes longer than all the rest for a thousand plugins. Most
// versions are three numbers, and most ranges one of them with a sign in front.
const plain = /^(?:0|[1-9]\d{0,8})\.(?:0|[1-9]\d{0,8})\.(?:0|[1-9]\d{0,8})$/;

function isPlain(version: string): boolean {
  return plain.test(version);
}

function isPlainRange(range: string): boolean {
  return range === '*' || isPlain(/^[\^~]/.test(range) ? range.slice(1) : range);
}

/** Whether the range is of this very version, or of all plain ones. */
function isSame(version: string, range: string): boolean {
  return (
    isPlain(version) &&
    isPlainRange(range) &&
    (range === '*' || (range.endsWith(version) && range.length - version.length < 2))
  );
}
