import type { Counts, Report } from '../report/report.ts';
import { plural } from './text.ts';

/** `2 errors, 1 warning in 3 files. 1 rule could not finish.` */
export function summarize(report: Report): string {
  const sentences = [foundIn(report), ...unfinished(report)];
  if (report.suppressed > 0) sentences.push(`${plural(report.suppressed, 'finding')} suppressed.`);
  return sentences.join(' ');
}

/** `2 errors, 1 warning`; `nothing` when there is none. */
function countsText({ errors, warnings, infos }: Counts): string {
  const parts = [
    errors > 0 ? plural(errors, 'error') : '',
    warnings > 0 ? plural(warnings, 'warning') : '',
    infos > 0 ? plural(infos, 'info') : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

function foundIn({ summary, findings, stats }: Report): string {
  if (findings.length === 0)
    return `Nothing found in ${plural(stats.files, 'file')} by ${plural(stats.rules, 'rule')}.`;
  const files = new Set(findings.map(({ file }) => file).filter((file) => file !== '.')).size;
  return files === 0 ? `${countsText(summary)}.` : `${countsText(summary)} in ${plural(files, 'file')}.`;
}

function unfinished({ problems }: Report): readonly string[] {
  const rules = new Set(problems.flatMap(({ rule }) => rule ?? [])).size;
  const files = new Set(problems.filter(({ rule }) => rule === undefined).map(({ file }) => file)).size;
  return [
    ...(rules > 0 ? [`${plural(rules, 'rule')} could not finish.`] : []),
    ...(files > 0 ? [`${plural(files, 'file')} could not be looked at.`] : []),
  ];
}
