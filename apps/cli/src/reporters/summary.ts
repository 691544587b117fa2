import { en } from '../i18n/en.ts';
import type { Messages } from '../i18n/messages.ts';
import type { Report } from '../report/report.ts';

/** `2 errors, 1 warning in 3 files. 1 rule could not finish.` */
export function summarize(report: Report, messages: Messages = en): string {
  const sentences = [foundIn(report, messages), ...unfinished(report, messages)];
  if (report.suppressed > 0) sentences.push(messages.suppressed(report.suppressed));
  return sentences.join(' ');
}

function foundIn({ summary, findings, stats }: Report, messages: Messages): string {
  if (findings.length === 0) return messages.nothingFound(stats.files, stats.rules);
  const files = new Set(findings.map(({ file }) => file).filter((file) => file !== '.')).size;
  return messages.foundIn(messages.counts(summary), files);
}

function unfinished({ problems }: Report, { rulesUnfinished, filesUnseen }: Messages): readonly string[] {
  const rules = new Set(problems.flatMap(({ rule }) => rule ?? [])).size;
  const files = new Set(problems.filter(({ rule }) => rule === undefined).map(({ file }) => file)).size;
  return [...(rules > 0 ? [rulesUnfinished(rules)] : []), ...(files > 0 ? [filesUnseen(files)] : [])];
}
