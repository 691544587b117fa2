import { html, type Html, type HtmlValue } from './html.ts';

export interface PageOptions {
  readonly title: string;
  /** From the start page inwards; the last one is this page. */
  readonly path?: readonly { readonly label: string; readonly href?: string }[];
  readonly body: HtmlValue;
}

/** A whole document. It works without JavaScript and follows the reader's light or dark scheme. */
export function page({ title, path = [], body }: PageOptions): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Seaworthy</title>
        <link rel="stylesheet" href="/assets/style.css" />
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <nav aria-label="Where you are">
            <ol>
              <li><a class="brand" href="/">Seaworthy</a></li>
              ${path.map(({ label, href }) =>
                href === undefined
                  ? html`<li aria-current="page">${label}</li>`
                  : html`<li><a href="${href}">${label}</a></li>`,
              )}
            </ol>
          </nav>
          <a class="account" href="/account">Account</a>
        </header>
        <main id="main">${body}</main>
      </body>
    </html>`;
}

/** A table that scrolls by itself where it is wider than the screen; the keyboard reaches it too. */
export function scrolling(label: string, table: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`;
}

/** A table of cells; the first one of a row names it, and a column without a name has buttons. */
export function table(heads: readonly string[], rows: readonly (readonly (Html | string)[])[]): Html {
  return html`<table>
    <thead>
      <tr>
        ${heads.map((head) => (head === '' ? html`<td></td>` : html`<th scope="col">${head}</th>`))}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ([first, ...others]) =>
          html`<tr>
            <th scope="row">${first}</th>
            ${others.map((cell) => html`<td>${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** A score as a number with a coloured bar; a category without applicable rules has none. */
export function meter(label: string, score: number | null): Html {
  if (score === null) return html`<span class="none">not rated</span>`;
  return html`<span class="meter ${gradeOf(score)}"
    ><meter min="0" max="100" low="60" high="85" optimum="100" value="${score}" aria-label="${label}">${score}</meter
    ><strong>${score}</strong></span
  >`;
}

/** Of a score from 0 to 100. */
export function gradeOf(score: number): 'good' | 'fair' | 'poor' {
  if (score >= 85) return 'good';
  return score >= 60 ? 'fair' : 'poor';
}

export function time(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}
