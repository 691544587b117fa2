import { createHash } from 'node:crypto';
import type { Position, Rule, RuleFinding } from '../rules/contract.ts';
import type { Finding, Snippet } from '../report/report.ts';
import { compareRaw, type RawFinding } from './raw-finding.ts';
import { hiddenLines, type SecretiveFile } from './secrets/hidden-lines.ts';

/** What completing a finding needs of the file it is in. */
export interface FindingFile extends SecretiveFile {
  readonly lines: { readonly count: number; line(number: number): string };
}

export interface CompleteOptions {
  readonly fileOf: (path: string) => FindingFile | undefined;
  /** Everything that was found, also what is suppressed: a secret stays a secret. */
  readonly found: readonly RawFinding[];
}

/** A file as a report may show it. */
interface Shown {
  readonly count: number;
  /** Whether a line is left out. */
  isHidden(number: number): boolean;
  line(number: number): string;
}

const linesAround = 1;
const longestSpan = 5;
const longestLine = 200;

/** Stands for a line that shows a secret. */
const hidden = '[hidden]';

/** Completes and sorts what the rules have answered. */
export function completeFindings(raws: readonly RawFinding[], options: CompleteOptions): readonly Finding[] {
  const fingerprints = createFingerprints();
  const shownOf = createShown(options);
  return raws.toSorted(compareRaw).map(({ rule, raw }) => {
    const file = visible(raw, shownOf(raw.file));
    return {
      rule: rule.id,
      title: rule.title,
      severity: raw.severity ?? rule.severity,
      category: rule.category,
      message: raw.message,
      file: raw.file,
      ...place(raw),
      ...snippetOf(raw, file),
      why: rule.why,
      fix: raw.fix ?? rule.fix,
      docs: `seaworthy explain ${rule.id}`,
      fingerprint: fingerprints(rule, raw, file),
    };
  });
}

/** Shows each file without the lines of its secrets, which are looked for once. */
function createShown({ fileOf, found }: CompleteOptions): (path: string) => Shown | undefined {
  const byPath = Map.groupBy(found, ({ raw }) => raw.file);
  const known = new Map<string, Shown | undefined>();
  return (path) => {
    if (!known.has(path))
      known.set(
        path,
        show(
          fileOf(path),
          (byPath.get(path) ?? []).map(({ raw }) => raw),
        ),
      );
    return known.get(path);
  };
}

function show(file: FindingFile | undefined, findings: readonly RuleFinding[]): Shown | undefined {
  if (file === undefined) return undefined;
  const numbers = hiddenLines(file, findings);
  const isHidden = (number: number): boolean => numbers.has(number);
  const { count } = file.lines;
  return { count, isHidden, line: (number) => (isHidden(number) ? hidden : file.lines.line(number)) };
}

/** Of a finding that stands on a secret nothing is shown: not the lines around, and no fingerprint of the line. */
function visible({ sensitive, position }: RuleFinding, file: Shown | undefined): Shown | undefined {
  const isSecret = sensitive === true || (position !== undefined && file?.isHidden(position.line) === true);
  return isSecret ? undefined : file;
}

function place({ position, end }: RuleFinding): Pick<Finding, 'line' | 'column' | 'end'> {
  if (position === undefined) return {};
  const { line, column } = position;
  return end === undefined ? { line, column } : { line, column, end: { line: end.line, column: end.column } };
}

function snippetOf({ position, end }: RuleFinding, file: Shown | undefined): { readonly snippet?: Snippet } {
  if (position === undefined || file === undefined || position.line > file.count) return {};
  const firstLine = Math.max(1, position.line - linesAround);
  const lastLine = Math.min(file.count, lastShown(position, end) + linesAround);
  const numbers = Array.from({ length: lastLine - firstLine + 1 }, (_, index) => firstLine + index);
  const lines = numbers.map((number) => clip(file.line(number)));
  // The line after the last line break is no line that anyone sees.
  if (lines.length > 1 && lastLine === file.count && lines.at(-1) === '' && lastLine > position.line) lines.pop();
  return { snippet: { firstLine, lines } };
}

function lastShown(position: Position, end: Position | undefined): number {
  return Math.max(position.line, Math.min(end?.line ?? 0, position.line + longestSpan - 1));
}

function clip(line: string): string {
  return line.length > longestLine ? `${line.slice(0, longestLine - 1)}…` : line;
}

/**
 * Names findings so that they keep their name when lines above them move: by rule, file and the text of the line, with a
 * number where these are the same. Without a line to name it by, the message stands for it.
 */
function createFingerprints(): (rule: Rule, raw: RuleFinding, file: Shown | undefined) => string {
  const seen = new Map<string, number>();
  return (rule, raw, file) => {
    const line = raw.position === undefined || file === undefined ? '' : file.line(raw.position.line);
    const text = line.replaceAll(/\s+/g, ' ').trim();
    const name = [rule.id, raw.file, text === '' ? raw.message : text].join('\0');
    const ordinal = seen.get(name) ?? 0;
    seen.set(name, ordinal + 1);
    return createHash('sha256').update(`${name}\0${ordinal}`).digest('hex').slice(0, 16);
  };
}
