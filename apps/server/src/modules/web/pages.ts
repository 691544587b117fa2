import type { Report, ReportFinding } from '../reports/contract.ts';
import type { ProjectSummary, StoredReport } from '../reports/store.ts';
import type { ListedPlugin } from '../marketplace/catalogue-store.ts';
import type { ReportPage } from '../reports/service.ts';
import { html, type Html } from './html.ts';
import { packageList, searchForm } from './market-pages.ts';
import { meter, page, scrolling, time } from './layout.ts';

/** Findings, and problems, on one page; a browser gets slow with more, and so does whoever reads them. */
const shown = 500;

/** A page of another module. */
export interface PageLink {
  readonly label: string;
  readonly href: string;
}

export interface HomeOptions {
  /** The packages to show some of. */
  readonly packages?: { readonly total: number; readonly found: readonly ListedPlugin[] } | undefined;
  /** @default none */
  readonly links?: readonly PageLink[];
}

export function homePage(projects: readonly ProjectSummary[], { packages, links = [] }: HomeOptions = {}): Html {
  return page({
    title: 'Projects',
    body: html`<h1>Projects</h1>
      ${
        projects.length === 0
          ? html`<p>No report has arrived yet. Send the first one:</p>
              <pre><code>seaworthy audit . --format json --output report.json
seaworthy report push report.json --url &lt;this server&gt;</code></pre>`
          : scrolling('Projects', projectTable(projects))
      }
      ${liveStatus()}
      ${
        packages !== undefined &&
        html`<h2>Packages</h2>
          ${searchForm()} ${packages.total > 0 && packageList(packages.found)}
          <p>
            <a href="/packages">All packages</a> (${packages.total}), and
            <a href="/certifications">what waits to be certified</a>.
          </p>`
      }
      ${links.length > 0 && html`<p>${links.map(({ label, href }) => html`<a href="${href}">${label}</a> `)}</p>`}`,
  });
}

function projectTable(projects: readonly ProjectSummary[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Project</th>
        <th scope="col">Score</th>
        <th scope="col" class="number">Errors</th>
        <th scope="col" class="number">Warnings</th>
        <th scope="col" class="number">Reports</th>
        <th scope="col">Newest</th>
      </tr>
    </thead>
    <tbody>
      ${projects.map(
        ({ name, latest, reports }) =>
          html`<tr data-project="${name}">
            <th scope="row"><a href="${projectHref(name)}">${name}</a></th>
            <td data-cell="score">${meter(`Score of ${name}`, latest.overall)}</td>
            <td class="number" data-cell="errors">${latest.errors}</td>
            <td class="number" data-cell="warnings">${latest.warnings}</td>
            <td class="number" data-cell="reports">${reports}</td>
            <td data-cell="newest"><a href="${reportHref(latest.id)}">${time(latest.receivedAt)}</a></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

export function projectPage(
  name: string,
  history: readonly StoredReport[],
  options: { readonly trend: boolean; readonly access?: boolean },
): Html {
  return page({
    title: name,
    path: [{ label: name }],
    body: html`<h1>${name}</h1>
      ${options.trend && html`<p><a href="${projectHref(name)}/trend">Trend of the score</a></p>`}
      ${options.access === true && html`<p><a href="${projectHref(name)}/access">Who sees it</a></p>`}
      ${liveStatus(name)} ${scrolling('Reports', historyTable(history))}`,
  });
}

/** Where the script says what is new; without scripts it is empty. */
function liveStatus(project?: string): Html {
  return html`<p id="live" role="status" ${project !== undefined && html`data-project="${project}"`}></p>
    <script src="/assets/live.js" defer></script>`;
}

function historyTable(history: readonly StoredReport[]): Html {
  return html`<table>
    <caption>
      Reports, newest first
    </caption>
    <thead>
      <tr>
        <th scope="col">Received</th>
        <th scope="col">Score</th>
        <th scope="col" class="number">Errors</th>
        <th scope="col" class="number">Warnings</th>
        <th scope="col" class="number">Notes</th>
        <th scope="col">Sent by</th>
      </tr>
    </thead>
    <tbody>
      ${history.map(
        (report) =>
          html`<tr>
            <th scope="row"><a href="${reportHref(report.id)}">${time(report.receivedAt)}</a></th>
            <td>${meter('Score', report.overall)}</td>
            <td class="number">${report.errors}</td>
            <td class="number">${report.warnings}</td>
            <td class="number">${report.infos}</td>
            <td>${report.sentBy}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

export function reportPage({ stored, report }: ReportPage): Html {
  const { name, version } = report.project;
  return page({
    title: `${name}: ${report.score.overall ?? 'not rated'}`,
    path: [{ label: name, href: projectHref(name) }, { label: 'Report' }],
    body: html`<h1>${name}${version !== undefined && html` <small>${version}</small>`}</h1>
      <p class="overall">
        ${meter('Overall score', report.score.overall)}${report.score.overall !== null && ' of 100'}
      </p>
      <p>
        ${counted(report.summary.errors, 'error')}, ${counted(report.summary.warnings, 'warning')} and
        ${counted(report.summary.infos, 'note')} in ${counted(report.stats.files, 'file')} by
        ${counted(report.stats.rules, 'rule')}. Received ${time(stored.receivedAt)} from ${stored.sentBy}.
        <a href="/api/v1/reports/${stored.id}">As JSON</a>.
      </p>
      <h2>Score by category</h2>
      ${scrolling('Score by category', scoreTable(report))} ${problemList(report)}
      <h2>Findings</h2>
      ${findingList(report)}`,
  });
}

function scoreTable(report: Report): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Category</th>
        <th scope="col">Score</th>
        <th scope="col" class="number">Errors</th>
        <th scope="col" class="number">Warnings</th>
        <th scope="col" class="number">Notes</th>
      </tr>
    </thead>
    <tbody>
      ${Object.entries(report.score.categories).map(
        ([category, { score, errors, warnings, infos }]) =>
          html`<tr>
            <th scope="row">${category}</th>
            <td>${meter(category, score)}</td>
            <td class="number">${errors}</td>
            <td class="number">${warnings}</td>
            <td class="number">${infos}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function problemList({ problems }: Report): Html | undefined {
  if (problems.length === 0) return undefined;
  return html`<h2>Could not be looked at</h2>
    <ul>
      ${problems
        .slice(0, shown)
        .map(
          ({ code, message, file }) =>
            html`<li><code>${code}</code> ${file !== undefined && `${file}: `}${message}</li>`,
        )}
    </ul>
    ${hidden(problems, 'problem')}`;
}

function findingList({ findings }: Report): Html {
  if (findings.length === 0) return html`<p>None. Well done.</p>`;
  return html`${findings.slice(0, shown).map(findingSection)} ${hidden(findings, 'finding')}`;
}

function hidden({ length }: readonly unknown[], noun: string): Html | false {
  return length > shown && html`<p>${counted(length - shown, `more ${noun}`)} in the JSON.</p>`;
}

function findingSection(finding: ReportFinding): Html {
  const place = [finding.file, finding.line, finding.column].filter((part) => part !== undefined).join(':');
  return html`<article class="finding ${finding.severity}">
    <h3><span class="severity">${finding.severity}</span> <code>${finding.rule}</code> ${finding.title}</h3>
    <p class="place"><code>${place}</code></p>
    <p>${finding.message}</p>
    ${finding.snippet !== undefined && codeFrame(finding.snippet, finding.line)}
    <dl>
      ${
        finding.why !== undefined &&
        html`<dt>Why</dt>
          <dd>${finding.why}</dd>`
      }
      ${
        finding.fix !== undefined &&
        html`<dt>Fix</dt>
          <dd>${finding.fix}</dd>`
      }
    </dl>
  </article>`;
}

/** The lines around a finding with their numbers, the line itself marked. */
function codeFrame({ firstLine, lines }: NonNullable<ReportFinding['snippet']>, marked: number | undefined): Html {
  const width = String(firstLine + lines.length - 1).length;
  const numbered = lines.map((line, index) => {
    const number = firstLine + index;
    const text = `${String(number).padStart(width)} | ${line}\n`;
    return number === marked ? html`<mark>${text}</mark>` : text;
  });
  return html`<pre tabindex="0"><code>${numbered}</code></pre>`;
}

export function problemPage(
  problem: { readonly title: string; readonly status: number; readonly detail: string; readonly code: string },
  requestId: string,
): Html {
  return page({
    title: problem.title,
    path: [{ label: String(problem.status) }],
    body: html`<h1>${problem.title}</h1>
      <p>${problem.detail}</p>
      <p><code>${problem.code}</code>, request <code>${requestId}</code>. <a href="/">Back to the projects</a>.</p>`,
  });
}

export function projectHref(name: string): string {
  return `/projects/${encodeURIComponent(name)}`;
}

export function reportHref(id: string): string {
  return `/reports/${encodeURIComponent(id)}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
