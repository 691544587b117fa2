import type { StoredReport } from '../reports/store.ts';
import { html, type Html } from './html.ts';
import { page, time } from './layout.ts';
import { projectHref, reportHref } from './pages.ts';

const width = 640;
const height = 200;

/** The score over time, oldest first, as a drawing that needs no script. */
export function trendPage(name: string, history: readonly StoredReport[]): Html {
  const rated = history.filter((report) => report.overall !== null).toReversed();
  return page({
    title: `Trend of ${name}`,
    path: [{ label: name, href: projectHref(name) }, { label: 'Trend' }],
    body: html`<h1>Trend of ${name}</h1>
      ${rated.length === 0 ? html`<p>No report of this project has a score.</p>` : chart(rated)}
      <ol>
        ${rated.map(
          (report) =>
            html`<li><a href="${reportHref(report.id)}">${time(report.receivedAt)}</a>: ${report.overall}</li>`,
        )}
      </ol>`,
  });
}

function chart(rated: readonly StoredReport[]): Html {
  const points = rated.map((report, index) => ({
    x: rated.length === 1 ? width / 2 : (index / (rated.length - 1)) * width,
    y: heightOf(report.overall ?? 0),
  }));
  return html`<svg
    class="trend"
    viewBox="-36 -10 ${width + 46} ${height + 20}"
    role="img"
    aria-label="Score over time, 0 to 100"
  >
    ${[0, 50, 100].map((score) => gridLine(score))}
    <polyline points="${points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')}" />
    ${points.map(({ x, y }) => html`<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4" />`)}
  </svg>`;
}

function gridLine(score: number): Html {
  const y = heightOf(score);
  return html`<line x1="0" y1="${y}" x2="${width}" y2="${y}" /><text x="-8" y="${y}">${score}</text>`;
}

function heightOf(score: number): number {
  return height - (score / 100) * height;
}
