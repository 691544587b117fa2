// One file that needs nothing else: no script, no picture, no font from elsewhere. It reads well on paper and in the dark, and
// says everything in words, so that no colour is needed.
import { en } from '../i18n/en.ts';
import type { Messages } from '../i18n/messages.ts';
import type { Problem } from '../project/problem.ts';
import type { Finding, Report, Snippet } from '../report/report.ts';
import { categories } from '../report/score.ts';
import type { Severity } from '../rules/contract.ts';
import { pageStyle } from './html-style.ts';
import { escapeMarkup } from './markup.ts';
import type { Reporter } from './reporter.ts';
import { summarize } from './summary.ts';

/** A page for a browser: the score, the findings by rule, and what could not be looked at. */
export const html: Reporter = (report, { prefix = '', version, messages = en }) => {
  const { page } = messages;
  const name = escapeMarkup(report.project.name);
  const view: View = { prefix, messages };
  const overall = report.score.overall === null ? page.noScore : `${report.score.overall} ${messages.ofHundred}`;
  return `<!doctype html>
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="generator" content="seaworthy ${escapeMarkup(version)}">
<title>${name}: ${overall}</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>${name}</h1>
<p class="overall">${page.readiness}: <strong>${overall}</strong></p>
<p>${escapeMarkup(summarize(report, messages))}</p>
</header>
<main>
${[scoreTable(report, messages), findingList(report.findings, view), problemList(report.problems, view)].filter(Boolean).join('\n')}
</main>
</body>
</html>
`;
};

/** What the pieces of the page have in common. */
interface View {
  readonly prefix: string;
  readonly messages: Messages;
}

function scoreTable({ score }: Report, { page, categories: names }: Messages): string {
  const rows = categories.flatMap((category) => {
    const scored = score.categories[category];
    if (scored === undefined) return [];
    const { errors, warnings, infos } = scored;
    const meter = `<meter min="0" max="100" low="50" high="80" optimum="100" value="${scored.score}" aria-label="${page.scoreOf(names[category])}"></meter>`;
    const cells = [`${scored.score} ${meter}`, errors, warnings, infos].map((cell) => `<td>${cell}</td>`).join('');
    return [`<tr><th scope="row">${names[category]}</th>${cells}</tr>`];
  });
  if (rows.length === 0) return '';
  const heads = [page.category, page.score, page.errors, page.warnings, page.infos].map(
    (head) => `<th scope="col">${head}</th>`,
  );
  return `<h2>${page.score}</h2>
<table>
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

const ranks: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** The gravest rules first, each with all of its places. */
function findingList(findings: readonly Finding[], view: View): string {
  if (findings.length === 0) return '';
  const groups = Map.groupBy(findings, ({ severity, rule }) => `${ranks[severity]} ${rule}`);
  const sections = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => ruleSection(group, view));
  return `<h2>${view.messages.page.findings}</h2>\n${sections.join('\n')}`;
}

function ruleSection(group: readonly Finding[], view: View): string {
  const { page, severities, categories: names } = view.messages;
  const { severity, rule, title, why, category } = group[0]!;
  const fixes = [...new Set(group.map(({ fix }) => fix))].map(
    (fix) => `<p><b>${page.fix}:</b> ${escapeMarkup(fix)}</p>`,
  );
  return `<details open>
<summary><h3><span class="${severity}">${severities[severity]}</span> ${escapeMarkup(rule)} ${escapeMarkup(title)} <small>${names[category]}, ${page.places(group.length)}</small></h3></summary>
<p>${escapeMarkup(why)}</p>
${fixes.join('\n')}
<ul>
${group.map((finding) => place(finding, view)).join('\n')}
</ul>
</details>`;
}

function place({ file, line, column, message, snippet, fingerprint }: Finding, { prefix, messages }: View): string {
  const path = [file === '.' ? prefix || '.' : prefix + file, line, column].filter((part) => part !== undefined);
  return `<li id="f-${fingerprint}"><code>${escapeMarkup(path.join(':'))}</code> ${escapeMarkup(message)}${code(snippet, line, messages)}</li>`;
}

function code(snippet: Snippet | undefined, line: number | undefined, { page }: Messages): string {
  if (snippet === undefined) return '';
  const digits = String(snippet.firstLine + snippet.lines.length - 1).length;
  const lines = snippet.lines.map((text, index) => {
    const number = snippet.firstLine + index;
    const shown = `${String(number).padStart(digits)}  ${escapeMarkup(text)}`;
    return number === line ? `<mark>${shown}</mark>` : shown;
  });
  // Long lines scroll, and what scrolls must be reached without a mouse.
  return `<pre tabindex="0" role="region" aria-label="${page.lines(snippet.firstLine, snippet.firstLine + lines.length - 1)}">${lines.join('\n')}</pre>`;
}

function problemList(problems: readonly Problem[], { prefix, messages }: View): string {
  if (problems.length === 0) return '';
  const items = problems.map(({ file, line, column, message }) => {
    const path = file === undefined ? undefined : [prefix + file, line, column].filter((part) => part !== undefined);
    return `<li>${path === undefined ? '' : `<code>${escapeMarkup(path.join(':'))}</code> `}${escapeMarkup(message)}</li>`;
  });
  return `<h2>${messages.page.couldNotFinish}</h2>\n<ul>\n${items.join('\n')}\n</ul>`;
}
