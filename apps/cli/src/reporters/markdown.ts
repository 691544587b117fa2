import type { Finding } from '../report/report.ts';
import { categories } from '../report/score.ts';
import type { Reporter } from './reporter.ts';
import { summarize } from './summary.ts';
import { printable } from './text.ts';

/** For a pull request or a page: the score as a table, then the findings. */
export const markdown: Reporter = (report, { prefix = '' }) => {
  const { project, score, findings, problems } = report;
  const title = `# ${escape(project.name)}: ${score.overall === null ? 'no score' : `${score.overall} of 100`}`;
  const rows = categories.flatMap((category) => {
    const scored = score.categories[category];
    if (scored === undefined) return [];
    return [`| ${category} | ${scored.score} | ${scored.errors} | ${scored.warnings} | ${scored.infos} |`];
  });
  const table = ['| category | score | errors | warnings | infos |', '| --- | --: | --: | --: | --: |', ...rows].join(
    '\n',
  );
  const list = findings.map((finding) => item(finding, prefix)).join('\n');
  const unfinished = problems
    .map(({ file, message }) => `- ${file === undefined ? '' : `\`${prefix + file}\`: `}${escape(message)}`)
    .join('\n');
  const blocks = [
    title,
    rows.length > 0 ? table : '',
    findings.length > 0 ? `## Findings\n\n${list}` : '',
    problems.length > 0 ? `## Could not finish\n\n${unfinished}` : '',
    escape(summarize(report)),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
};

function item({ severity, rule, title, file, line, message, fix }: Finding, prefix: string): string {
  const place = [prefix + file, line].filter((part) => part !== undefined).join(':');
  return `- **${severity}** ${rule} ${escape(title)} · \`${printable(place).replaceAll('`', "'")}\`: ${escape(message)} ${escape(fix)}`;
}

/** Text of the audited project must not become markup. */
function escape(text: string): string {
  return printable(text).replaceAll(/[\\`*_[\]<>|#]/g, String.raw`\$&`);
}
