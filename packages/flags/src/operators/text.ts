import { parseVersion, compareVersions, type Version } from '../semver.ts';
import { attributeOf, readAttribute } from './attribute.ts';
import { argument, operator, type Compilation, type Operator, type Run } from './operator.ts';

/** Texts and versions. An operand that does not fit gives null, which targeting reads as "no match". */
export const text: Readonly<Record<string, Operator>> = {
  cat: operator(
    1,
    Number.POSITIVE_INFINITY,
    ({ args }) =>
      (data, key) =>
        args.map((run) => run(data, key)).join(''),
  ),
  substr: operator(2, 3, (compilation) => {
    const [source, start, length] = [argument(compilation, 0), argument(compilation, 1), argument(compilation, 2)];
    return (data, key) => cut(String(source(data, key)), Number(start(data, key)), length(data, key));
  }),
  starts_with: compareTexts(
    (value, part) => value.startsWith(part),
    (name, part) => (data) => {
      const value = readAttribute(data, name);
      return typeof value === 'string' ? value.startsWith(part) : null;
    },
  ),
  ends_with: compareTexts(
    (value, part) => value.endsWith(part),
    (name, part) => (data) => {
      const value = readAttribute(data, name);
      return typeof value === 'string' ? value.endsWith(part) : null;
    },
  ),
  sem_ver: operator(3, 3, compileSemVer),
};

/** A negative start counts from the end; a negative length stops that far from the end. */
function cut(value: string, start: number, length: unknown): string {
  const tail = value.slice(start);
  if (length === null || length === undefined) return tail;
  return tail.slice(0, Number(length));
}

/** @param compileUsual An attribute beside a written text: the same in one closure. */
function compareTexts(
  holds: (value: string, part: string) => boolean,
  compileUsual: (name: string, part: string) => Run,
): Operator {
  return operator(2, 2, (compilation) => {
    if (compilation.args.length !== 2) return () => null;
    const [a, b] = [argument(compilation, 0), argument(compilation, 1)];
    const [name, literal] = [attributeOf(compilation, 0), compilation.written[1]];
    if (name !== undefined && typeof literal === 'string') return compileUsual(name, literal);
    return (data, key) => {
      const value = a(data, key);
      const part = b(data, key);
      return typeof value === 'string' && typeof part === 'string' ? holds(value, part) : null;
    };
  });
}

/** The comparisons of `sem_ver`: `~` compares major and minor, `^` the major number alone. */
export const versionComparisons: Readonly<Record<string, (a: Version, b: Version) => boolean>> = {
  '=': (a, b) => compareVersions(a, b) === 0,
  '!=': (a, b) => compareVersions(a, b) !== 0,
  '<': (a, b) => compareVersions(a, b) < 0,
  '<=': (a, b) => compareVersions(a, b) <= 0,
  '>': (a, b) => compareVersions(a, b) > 0,
  '>=': (a, b) => compareVersions(a, b) >= 0,
  '~': (a, b) => a.numbers[0] === b.numbers[0] && a.numbers[1] === b.numbers[1],
  '^': (a, b) => a.numbers[0] === b.numbers[0],
};

function compileSemVer(compilation: Compilation): Run {
  const { args, written } = compilation;
  const name = written[1];
  const holds = typeof name === 'string' && Object.hasOwn(versionComparisons, name) && versionComparisons[name];
  if (args.length !== 3 || !holds) return () => null;
  const [a, b] = [readVersion(compilation, 0), readVersion(compilation, 2)];
  return (data, key) => {
    const left = a(data, key);
    const right = b(data, key);
    return left && right ? holds(left, right) : null;
  };
}

/** A version that is written down is read once. */
function readVersion(compilation: Compilation, index: number): (data: unknown, key: string) => Version | undefined {
  const written = compilation.written[index];
  if (typeof written === 'string' || typeof written === 'number') {
    const version = parseVersion(written);
    return () => version;
  }
  const run = argument(compilation, index);
  return (data, key) => parseVersion(run(data, key));
}
