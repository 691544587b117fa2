import type { DailyDownloads } from '../marketplace/downloads.ts';
import { html, type Html } from './html.ts';

const width = 640;
const height = 160;

/** A bar for each day, as a drawing that needs no script; the numbers stand in its texts. */
export function downloadsChart(days: readonly string[], downloads: readonly DailyDownloads[]): Html {
  const byDay = new Map<string, number>();
  for (const { day, count } of downloads) byDay.set(day, (byDay.get(day) ?? 0) + count);
  const counts = days.map((day) => byDay.get(day) ?? 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return html`<p class="none">None in the last ${days.length} days.</p>`;
  const most = Math.max(...counts);
  const step = width / days.length;
  const bars = counts.map((count, index) => {
    const tall = (count / most) * height;
    const [x, y] = [(index * step).toFixed(1), (height - tall).toFixed(1)];
    return html`<rect x="${x}" y="${y}" width="${(step * 0.8).toFixed(1)}" height="${tall.toFixed(1)}">
      <title>${days[index]}: ${count}</title>
    </rect>`;
  });
  const label = `Downloads of the last ${days.length} days: ${total}, at most ${most} a day`;
  return html`<svg class="trend" viewBox="-46 -10 ${width + 56} ${height + 20}" role="img" aria-label="${label}">
      <line x1="0" y1="${height}" x2="${width}" y2="${height}" />
      <line x1="0" y1="0" x2="${width}" y2="0" />
      <text x="-8" y="0">${most}</text>
      <text x="-8" y="${height}">0</text>
      ${bars}
    </svg>
    <p class="place">${total} in the last ${days.length} days</p>`;
}

/** The last days in UTC, oldest first. */
export function lastDays(count: number, now: Date): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    new Date(now.getTime() - (count - 1 - index) * 86_400_000).toISOString().slice(0, 10),
  );
}
