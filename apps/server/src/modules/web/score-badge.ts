import { html, type Html } from './html.ts';
import { gradeOf } from './layout.ts';

/** White text has a contrast of at least 4.5 to 1 on each of them (WCAG 2.2, 1.4.3). */
const colours = { good: '#2b7a3d', fair: '#9a5b00', poor: '#b3261e', none: '#5f6368' } as const;

const label = 'readiness';
/** Of a letter, and beside the text, in pixels: the text is fitted to it, whatever font there is. */
const [letter, margin, height] = [6.6, 6, 20];

/** The score of a project as a picture for readmes and pages of others. It loads nothing and has no script. */
export function scoreBadge(overall: number | null): Html {
  const value = overall === null ? 'not rated' : `${overall} of 100`;
  const [left, right] = [widthOf(label), widthOf(value)];
  const colour = colours[overall === null ? 'none' : gradeOf(overall)];
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${left + right}"
    height="${height}"
    role="img"
    aria-label="${label}: ${value}"
  >
    <title>${label}: ${value}</title>
    <rect width="${left}" height="${height}" fill="#3c4043" />
    <rect x="${left}" width="${right}" height="${height}" fill="${colour}" />
    <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
      ${[text(label, 0), text(value, left)]}
    </g>
  </svg>`;
}

function widthOf(words: string): number {
  return Math.round(words.length * letter) + 2 * margin;
}

function text(words: string, from: number): Html {
  return html`<text x="${from + margin}" y="14" textLength="${widthOf(words) - 2 * margin}">${words}</text>`;
}
