import type { DailyDownloads } from '../marketplace/downloads.ts';
import type { PluginDetail, PluginVersion } from '../marketplace/catalogue.ts';
import type { StoredReview } from '../marketplace/reviews-store.ts';
import type { Certification } from '../marketplace/certification-store.ts';
import { html, type Html } from './html.ts';
import { page, scrolling, time } from './layout.ts';
import { badges, listHref, packageHref, stars } from './market-pages.ts';
import { downloadsChart } from './downloads-chart.ts';
import { renderMarkdown } from './markdown.ts';

export interface PackagePage {
  readonly plugin: PluginDetail;
  readonly readme: string;
  readonly downloads: readonly DailyDownloads[];
  readonly days: readonly string[];
  readonly reviews: { readonly total: number; readonly found: readonly StoredReview[] };
  readonly certifications: readonly Certification[];
  /** Where npm finds the registry. */
  readonly registry: string;
}

const shownVersions = 50;

export function packagePage({ plugin, readme, downloads, days, reviews, certifications, registry }: PackagePage): Html {
  const { name, version, description, license, owners } = plugin;
  return page({
    title: name,
    path: [{ label: 'Packages', href: '/packages' }, { label: name }],
    body: html`<h1>${name} <small>${version}</small></h1>
      <p>${description} ${badges(plugin)}</p>
      <pre tabindex="0"><code>npm install ${name} --registry ${registry}</code></pre>
      <dl>
        <dt>Licence</dt>
        <dd>
          ${license === '' ? 'none is named' : html`<a href="${listHref({ license })}">${license}</a>`}${license !== '' && plugin.isSpdx === 0 && ' (not of SPDX)'}
        </dd>
        ${plugin.paid !== null && paidTerms(plugin.paid)}
        <dt>Rating</dt>
        <dd>${stars(plugin.rating, plugin.ratings)}</dd>
        <dt>Downloads</dt>
        <dd>${plugin.downloads}</dd>
        <dt>Owners</dt>
        <dd>${owners.join(', ')}</dd>
        <dt>Published</dt>
        <dd>${time(plugin.publishedAt)}</dd>
      </dl>
      ${wordList('Categories', 'category', plugin.categories)} ${wordList('Tags', 'tag', plugin.tags)}
      ${permissionList(plugin)}
      <h2>Downloads by day</h2>
      ${downloadsChart(days, downloads)}
      <h2>Readme</h2>
      ${readme === '' ? html`<p class="none">The archive has none.</p>` : html`<div class="readme">${renderMarkdown(readme)}</div>`}
      <h2>Versions</h2>
      ${versionTable(plugin.versions)} ${certificationList(certifications)}
      <h2 id="reviews">Reviews</h2>
      ${reviewList(reviews)}`,
  });
}

function paidTerms({ versions, terms, termsUrl }: NonNullable<PluginDetail['paid']>): Html {
  return html`<dt>Price</dt>
    <dd>
      <strong>paid</strong>${versions !== '*' && html`, versions ${versions}`}${terms !== '' && html`: ${terms}`}
      ${termsUrl !== '' && html`<a href="${termsUrl}" rel="nofollow noopener">The terms</a>`}
    </dd>`;
}

function wordList(title: string, kind: 'category' | 'tag', words: readonly string[]): Html | false {
  return (
    words.length > 0 &&
    html`<p>
      ${title}:
      ${words.map((word, index) => html`${index > 0 && ', '}<a href="${listHref({ [kind]: word })}">${word}</a>`)}
    </p>`
  );
}

function permissionList({ permissions, provides }: PluginDetail): Html | false {
  if (permissions === null) return false;
  const asked = Object.entries(permissions);
  return html`<h2>What it may do</h2>
    ${
      asked.length === 0
        ? html`<p>Its manifest asks for no permission.</p>`
        : html`<dl>
            ${asked.map(
              ([name, value]) =>
                html`<dt>${name}</dt>
                  <dd><code>${JSON.stringify(value)}</code></dd>`,
            )}
          </dl>`
    }
    ${provides.length > 0 && html`<p>Provides ${provides.join(', ')}.</p>`}`;
}

function versionTable(versions: readonly PluginVersion[]): Html {
  return scrolling(
    'Versions',
    html`<table>
      <thead>
        <tr>
          <th scope="col">Version</th>
          <th scope="col">Published</th>
          <th scope="col">By</th>
          <th scope="col" class="number">Bytes</th>
          <th scope="col">Signed by the registry</th>
        </tr>
      </thead>
      <tbody>
        ${versions.slice(0, shownVersions).map(
          ({ version, publishedAt, publisher, bytes, signedBy, deprecated }) =>
            html`<tr>
              <th scope="row">
                ${version}${deprecated !== '' && html`<div class="none">deprecated: ${deprecated}</div>`}
              </th>
              <td>${time(publishedAt)}</td>
              <td>${publisher}</td>
              <td class="number">${bytes}</td>
              <td>${signedBy.length > 0 ? html`<code>${signedBy.join(', ')}</code>` : 'no'}</td>
            </tr>`,
        )}
      </tbody>
    </table>`,
  );
}

function certificationList(certifications: readonly Certification[]): Html | false {
  return (
    certifications.length > 0 &&
    html`<h2>Certifications</h2>
      <ul>
        ${certifications.map(
          ({ id, version, state, changedAt }) =>
            html`<li><a href="/certifications/${id}">${version}: ${state}</a>, ${time(changedAt)}</li>`,
        )}
      </ul>`
  );
}

function reviewList({ total, found }: PackagePage['reviews']): Html {
  if (total === 0) return html`<p class="none">Nobody has written one.</p>`;
  return html`${found.map(
    ({ account, rating, title, body, version, editedAt }) =>
      html`<article class="finding">
        <h3>
          ${'★'.repeat(rating)}<span class="none">${'★'.repeat(5 - rating)}</span>
          <small>${rating} of 5</small> ${title}
        </h3>
        <p class="place">${account} about ${version}, ${time(editedAt)}</p>
        <p>${body}</p>
      </article>`,
  )}
  ${total > found.length && html`<p>${total - found.length} more in the API.</p>`}`;
}

export function certificationPage(certification: Certification & { readonly steps: readonly Step[] }): Html {
  const { id, package: name, version, state, submittedBy, checks, reasons, steps } = certification;
  return page({
    title: `Certification ${id}`,
    path: [{ label: 'Certifications', href: '/certifications' }, { label: String(id) }],
    body: html`<h1>${name} <small>${version}</small></h1>
      <p><strong>${state}</strong>, submitted by ${submittedBy}. <a href="${packageHref(name)}">The package</a>.</p>
      ${
        reasons.length > 0 &&
        html`<h2>Reasons</h2>
          <ul>
            ${reasons.map((reason) => html`<li>${reason}</li>`)}
          </ul>`
      }
      <h2>Checks</h2>
      ${checks.length === 0 ? html`<p class="none">Not done yet.</p>` : checks.map(checkSection)}
      <h2>History</h2>
      <ol>
        ${steps.map(
          ({ at, state: reached, by, note }) =>
            html`<li>${time(at)}: ${reached}${by !== '' && ` by ${by}`}${note !== '' && ` (${note})`}</li>`,
        )}
      </ol>`,
  });
}

interface Step {
  readonly at: string;
  readonly state: string;
  readonly by: string;
  readonly note: string;
}

const severities = { passed: '', warned: 'warning', failed: 'error' } as const;

function checkSection({ name, outcome, detail, findings }: Certification['checks'][number]): Html {
  return html`<article class="finding ${severities[outcome]}">
    <h3><span class="severity">${outcome}</span> ${name}</h3>
    <p>${detail}</p>
    ${
      findings.length > 0 &&
      html`<ul>
        ${findings.map((finding) => html`<li>${finding}</li>`)}
      </ul>`
    }
  </article>`;
}

export function certificationsPage(queue: readonly Certification[]): Html {
  return page({
    title: 'Certifications',
    path: [{ label: 'Certifications' }],
    body: html`<h1>Certifications</h1>
      ${
        queue.length === 0
          ? html`<p>Nothing waits for a decision.</p>`
          : scrolling(
              'Certifications',
              html`<table>
                <caption>
                  Not decided, oldest first
                </caption>
                <thead>
                  <tr>
                    <th scope="col">Version</th>
                    <th scope="col">State</th>
                    <th scope="col">Submitted by</th>
                    <th scope="col">Since</th>
                  </tr>
                </thead>
                <tbody>
                  ${queue.map(
                    ({ id, package: name, version, state, submittedBy, createdAt }) =>
                      html`<tr>
                        <th scope="row"><a href="/certifications/${id}">${name} ${version}</a></th>
                        <td>${state}</td>
                        <td>${submittedBy}</td>
                        <td>${time(createdAt)}</td>
                      </tr>`,
                  )}
                </tbody>
              </table>`,
            )
      }`,
  });
}
