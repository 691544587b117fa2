import { en } from '../i18n/en.ts';
import { categories } from '../report/score.ts';
import { escapeMarkdown, markdownCode, markdownItem } from './markdown-text.ts';
import type { Reporter } from './reporter.ts';
import { summarize } from './summary.ts';

/** For a pull request or a page: the score as a table, then the findings. */
export const markdown: Reporter = (report, { prefix = '', messages = en }) => {
  const { project, score, findings, problems } = report;
  const { page } = messages;
  const heads = [page.category, page.score, page.errors, page.warnings, page.infos];
  const title = `# ${escapeMarkdown(project.name)}: ${score.overall === null ? page.noScore : `${score.overall} ${messages.ofHundred}`}`;
  const rows = categories.flatMap((category) => {
    const scored = score.categories[category];
    if (scored === undefined) return [];
    return [
      `| ${messages.categories[category]} | ${scored.score} | ${scored.errors} | ${scored.warnings} | ${scored.infos} |`,
    ];
  });
  const table = [
    `| ${heads.map((head) => head.toLowerCase()).join(' | ')} |`,
    '| --- | --: | --: | --: | --: |',
    ...rows,
  ].join('\n');
  const list = findings
    .map((finding) => markdownItem(finding, messages.severities[finding.severity], prefix))
    .join('\n');
  const unfinished = problems
    .map(
      ({ file, message }) =>
        `- ${file === undefined ? '' : `${markdownCode(prefix + file)}: `}${escapeMarkdown(message)}`,
    )
    .join('\n');
  const blocks = [
    title,
    rows.length > 0 ? table : '',
    findings.length > 0 ? `## ${page.findings}\n\n${list}` : '',
    problems.length > 0 ? `## ${page.couldNotFinish}\n\n${unfinished}` : '',
    escapeMarkdown(summarize(report, messages)),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
};
