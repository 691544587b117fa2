import type { Messages } from '../i18n/messages.ts';
import type { ReportDiff, ScoreChange } from '../report/diff.ts';
import type { Finding } from '../report/report.ts';
import { categories } from '../report/score.ts';
import { escapeMarkdown, markdownItem } from './markdown-text.ts';
import type { Paint, Style } from './reporter.ts';
import { printable } from './text.ts';

/** The names that `seaworthy report diff --format` takes. */
export const diffFormats = ['pretty', 'json', 'markdown'] as const;

export type DiffFormat = (typeof diffFormats)[number];

export interface DiffOptions {
  readonly messages: Messages;
  readonly paint: Paint;
}

const writers: Readonly<Record<DiffFormat, (diff: ReportDiff, options: DiffOptions) => string>> = {
  pretty,
  json: (diff) => `${JSON.stringify(diff, null, 2)}\n`,
  markdown,
};

/** How two reports differ, as text that ends in a line break. */
export function writeDiff(format: DiffFormat, diff: ReportDiff, options: DiffOptions): string {
  return writers[format](diff, options);
}

/** For a terminal: what is new and what is gone line by line, the scores that are others, and the summary last. */
function pretty(diff: ReportDiff, { messages, paint }: DiffOptions): string {
  const marked = (style: Style, mark: string, findings: readonly Finding[]): readonly string[] =>
    findings.map((finding) => paint(style, `${mark} ${lineOf(finding, messages)}`));
  const blocks = [
    [...marked('red', '+', diff.added), ...marked('green', '-', diff.gone), ...marked('dim', '?', diff.unseen)],
    prettyScores(diff, messages),
    [paint('bold', summaryOf(diff, messages))],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function lineOf({ file, line, column, severity, rule, message }: Finding, { severities }: Messages): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return printable(`${place}: ${severities[severity]} ${rule} ${message}`);
}

function prettyScores({ score }: ReportDiff, messages: Messages): readonly string[] {
  const rows = changesOf(score, messages).filter(([, { before, after }], index) => index === 0 || before !== after);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, change]) => {
    const [before, after] = scoresOf(change, messages);
    return `${name.padEnd(width)}  ${before.padStart(4)} → ${after}`;
  });
}

/** For a pull request: the scores as a table, then what is new and what is gone. */
function markdown(diff: ReportDiff, { messages }: DiffOptions): string {
  const { added, gone, unseen, category, before, after } = messages.diff;
  const rows = changesOf(diff.score, messages).map(
    ([name, change]) => `| ${name} | ${scoresOf(change, messages).join(' | ')} |`,
  );
  const list = (heading: string, findings: readonly Finding[]): string => {
    if (findings.length === 0) return '';
    const items = findings.map((finding) => markdownItem(finding, messages.severities[finding.severity]));
    return `## ${heading}\n\n${items.join('\n')}`;
  };
  const [from, to] = scoresOf(diff.score, messages);
  const blocks = [
    `# ${escapeMarkdown(diff.project)}: ${from} → ${to}`,
    escapeMarkdown(summaryOf(diff, messages)),
    [`| ${category} | ${before} | ${after} |`, '| --- | --: | --: |', ...rows].join('\n'),
    list(added, diff.added),
    list(gone, diff.gone),
    list(unseen, diff.unseen),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** The score as a whole, then that of each category. */
function changesOf(
  score: ReportDiff['score'],
  messages: Messages,
): readonly (readonly [name: string, change: ScoreChange])[] {
  const each = categories.flatMap((category) => {
    const change = score.categories[category];
    return change === undefined ? [] : [[messages.categories[category], change] as const];
  });
  return [[messages.diff.overall, score], ...each];
}

function scoresOf({ before, after }: ScoreChange, { diff }: Messages): readonly [before: string, after: string] {
  return [String(before ?? diff.noScore), String(after ?? diff.noScore)];
}

function summaryOf({ added, gone, unchanged, unseen }: ReportDiff, { diff }: Messages): string {
  return diff.summary(added.length, gone.length, unchanged.length, unseen.length);
}
