import { en } from '../i18n/en.ts';
import type { Messages } from '../i18n/messages.ts';
import type { Problem } from '../project/problem.ts';
import type { Finding, Report } from '../report/report.ts';
import { categories } from '../report/score.ts';
import type { Severity } from '../rules/contract.ts';
import { renderFrame } from './frame.ts';
import { plain, type Paint, type Reporter, type Style } from './reporter.ts';
import { summarize } from './summary.ts';
import { printable } from './text.ts';

const placesShown = 10;
const framesShown = 3;

/** For people: findings of one rule under one heading, what could not be looked at, the score, and the summary last. */
export const pretty: Reporter = (report, { paint = plain, prefix = '', messages = en }) => {
  const view = { paint, prefix, messages };
  const groups = groupByRule(report.findings).map((group) => renderGroup(group, view));
  const blocks = [
    ...groups,
    renderProblems(report.problems, view),
    renderScore(report, view),
    [paint('bold', summarize(report, messages))],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
};

interface View {
  readonly paint: Paint;
  readonly prefix: string;
  readonly messages: Messages;
}

const ranks: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };
const colours: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'cyan' };

/** The gravest first; a rule whose findings differ in severity has a heading for each. */
function groupByRule(findings: readonly Finding[]): readonly (readonly [Finding, ...Finding[]])[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const key = `${ranks[finding.severity]} ${finding.rule}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

function renderGroup(group: readonly [Finding, ...Finding[]], { paint, prefix, messages }: View): readonly string[] {
  const [{ severity, rule, title, why, docs }] = group;
  const heading = `${paint(colours[severity], messages.severities[severity])}  ${paint('bold', rule)}  ${printable(title)}`;
  const hidden = group.length - placesShown;
  const width = Math.max(messages.fix.length, messages.more.length);
  const fixes = [...new Set(group.map(({ fix }) => fix))];
  return [
    heading,
    ...group
      .slice(0, placesShown)
      .flatMap((finding, index) => renderPlace(finding, index < framesShown, paint, prefix)),
    ...(hidden > 0 ? [`  ${paint('dim', messages.morePlaces(hidden))}`] : []),
    `  ${printable(why)}`,
    ...fixes
      .slice(0, framesShown)
      .map((fix) => `  ${paint('green', messages.fix)}${blanks(messages.fix, width)}${printable(fix)}`),
    `  ${paint('dim', messages.more)}${blanks(messages.more, width)}${docs}`,
  ];
}

function blanks(label: string, width: number): string {
  return ' '.repeat(width - label.length + 2);
}

function renderPlace(finding: Finding, withFrame: boolean, paint: Paint, prefix: string): readonly string[] {
  const place = `  ${paint('cyan', placeText(finding, prefix))}  ${printable(finding.message)}`;
  return withFrame ? [place, ...renderFrame(finding, paint)] : [place];
}

function placeText({ file, line, column }: Pick<Problem, 'file' | 'line' | 'column'>, prefix: string): string {
  const path = file === undefined || file === '.' ? prefix || '.' : prefix + file;
  return printable([path, line, column].filter((part) => part !== undefined).join(':'));
}

function renderProblems(problems: readonly Problem[], { paint, prefix, messages }: View): readonly string[] {
  if (problems.length === 0) return [];
  const lines = problems.map((problem) => {
    const place = problem.file === undefined ? '' : `${paint('cyan', placeText(problem, prefix))}  `;
    return `  ${place}${printable(problem.message)}`;
  });
  return [paint('yellow', messages.couldNotFinish), ...lines];
}

function renderScore({ score }: Report, { paint, messages }: View): readonly string[] {
  if (score.overall === null) return [];
  const names = messages.categories;
  const width = Math.max(...categories.map((category) => names[category].length)) + 1;
  const rows = categories.flatMap((category) => {
    const scored = score.categories[category];
    return scored === undefined
      ? []
      : [`  ${names[category].padEnd(width)}${paint(colourOf(scored.score), String(scored.score).padStart(3))}`];
  });
  const overall = paint(colourOf(score.overall), String(score.overall).padStart(3));
  return [`${messages.score.padEnd(width + 2)}${overall} ${messages.ofHundred}`, ...rows].map((row) => row.trimEnd());
}

function colourOf(score: number): Style {
  if (score >= 80) return 'green';
  return score >= 50 ? 'yellow' : 'red';
}
