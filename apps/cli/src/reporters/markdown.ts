import { categories } from '../report/score.ts';
import { escapeMarkdown, markdownCode, markdownItem } from './markdown-text.ts';
import type { Reporter } from './reporter.ts';
import { summarize } from './summary.ts';

/** For a pull request or a page: the score as a table, then the findings. */
export const markdown: Reporter = (report, { prefix = '' }) => {
  const { project, score, findings, problems } = report;
  const title = `# ${escapeMarkdown(project.name)}: ${score.overall === null ? 'no score' : `${score.overall} of 100`}`;
  const rows = categories.flatMap((category) => {
    const scored = score.categories[category];
    if (scored === undefined) return [];
    return [`| ${category} | ${scored.score} | ${scored.errors} | ${scored.warnings} | ${scored.infos} |`];
  });
  const table = ['| category | score | errors | warnings | infos |', '| --- | --: | --: | --: | --: |', ...rows].join(
    '\n',
  );
  const list = findings.map((finding) => markdownItem(finding, finding.severity, prefix)).join('\n');
  const unfinished = problems
    .map(
      ({ file, message }) =>
        `- ${file === undefined ? '' : `${markdownCode(prefix + file)}: `}${escapeMarkdown(message)}`,
    )
    .join('\n');
  const blocks = [
    title,
    rows.length > 0 ? table : '',
    findings.length > 0 ? `## Findings\n\n${list}` : '',
    problems.length > 0 ? `## Could not finish\n\n${unfinished}` : '',
    escapeMarkdown(summarize(report)),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
};
