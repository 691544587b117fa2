import type { Category, Counted, ListedPlugin } from '../marketplace/catalogue-store.ts';
import type { CatalogueSearch } from '../marketplace/catalogue.ts';
import { html, type Html } from './html.ts';
import { page, scrolling, time } from './layout.ts';

export interface PackagesPage {
  readonly search: CatalogueSearch;
  readonly total: number;
  readonly found: readonly ListedPlugin[];
  readonly categories: readonly Category[];
  readonly licences: readonly Counted[];
}

const orders: Readonly<Record<CatalogueSearch['sort'], string>> = {
  relevance: 'What fits best',
  downloads: 'Most downloads',
  rating: 'Best ratings',
  newest: 'Newest',
  name: 'Name',
};

/** The search and what it finds; the form sends the same addresses that the links have. */
export function packagesPage({ search, total, found, categories, licences }: PackagesPage): Html {
  return page({
    title: search.text === '' ? 'Packages' : `Packages: ${search.text}`,
    path: [{ label: 'Packages' }],
    body: html`<h1>Packages</h1>
      ${filterForm(search, categories, licences)}
      <p role="status">
        ${total === 1 ? '1 package' : `${total} packages`}${search.tag !== undefined && html` with the tag <strong>${search.tag}</strong>`}.
      </p>
      ${found.length > 0 && packageList(found)} ${pager(search, total)}`,
  });
}

export function searchForm(text = ''): Html {
  return html`<form class="search" action="/packages" role="search">
    <label for="text">Search packages</label>
    <input id="text" type="search" name="text" value="${text}" maxlength="200" />
    <button>Search</button>
  </form>`;
}

function filterForm(search: CatalogueSearch, categories: readonly Category[], licences: readonly Counted[]): Html {
  return html`<form class="filters" action="/packages" role="search">
    <p>
      <label for="text">Words</label>
      <input id="text" type="search" name="text" value="${search.text}" maxlength="200" />
    </p>
    ${choice(
      'category',
      'Category',
      search.category,
      categories.map(({ id, title, count }) => [id, `${title} (${count})`]),
    )}
    ${choice(
      'license',
      'Licence',
      search.license,
      licences.map(({ id, count }) => [id, `${id} (${count})`]),
    )}
    <p>
      <label for="sort">Order</label>
      <select id="sort" name="sort">
        ${Object.entries(orders).map(([id, label]) => option(id, label, id === search.sort))}
      </select>
    </p>
    <p class="boxes">
      ${box('certified', 'Certified', search.certified)} ${box('plugin', 'Plugins for a host', search.plugin)}
    </p>
    ${search.tag !== undefined && html`<input type="hidden" name="tag" value="${search.tag}" />`}
    <p><button>Show</button> <a href="/packages">Clear</a></p>
  </form>`;
}

function choice(
  name: string,
  label: string,
  chosen: string | undefined,
  options: readonly (readonly [string, string])[],
): Html {
  return html`<p>
    <label for="${name}">${label}</label>
    <select id="${name}" name="${name}">
      ${option('', 'Any', chosen === undefined)} ${options.map(([id, text]) => option(id, text, id === chosen))}
    </select>
  </p>`;
}

function option(value: string, label: string, isChosen: boolean): Html {
  return html`<option value="${value}" ${isChosen && 'selected'}>${label}</option>`;
}

function box(name: string, label: string, isChecked: boolean | undefined): Html {
  return html`<label
    ><input type="checkbox" name="${name}" value="true" ${isChecked === true && 'checked'} /> ${label}</label
  >`;
}

export function packageList(found: readonly ListedPlugin[]): Html {
  return scrolling(
    'Packages',
    html`<table>
      <thead>
        <tr>
          <th scope="col">Package</th>
          <th scope="col">Licence</th>
          <th scope="col">Rating</th>
          <th scope="col" class="number">Downloads</th>
          <th scope="col">Published</th>
        </tr>
      </thead>
      <tbody>
        ${found.map(
          (plugin) =>
            html`<tr>
              <th scope="row">
                <a href="${packageHref(plugin.name)}">${plugin.name}</a>
                <small>${plugin.version}</small> ${badges(plugin)}
                <div class="none">${plugin.description}</div>
              </th>
              <td>${plugin.license === '' ? html`<span class="none">none</span>` : plugin.license}</td>
              <td>${stars(plugin.rating, plugin.ratings)}</td>
              <td class="number">${plugin.downloads}</td>
              <td>${time(plugin.publishedAt)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`,
  );
}

/** What is to be known of a package at one look. */
export function badges({
  certified,
  version,
  paidVersions,
}: Pick<ListedPlugin, 'certified' | 'version' | 'paidVersions'>): Html {
  return html`${
    certified !== null &&
    html`<span class="badge">${certified === version ? 'certified' : `${certified} certified`}</span>`
  }
  ${paidVersions !== null && html`<span class="badge paid">${paidVersions === '*' ? 'paid' : `paid: ${paidVersions}`}</span>`}`;
}

export function stars(rating: number | null, ratings: number): Html {
  if (rating === null) return html`<span class="none">not rated</span>`;
  return html`${rating.toFixed(1)} of 5 <small>(${ratings})</small>`;
}

function pager(search: CatalogueSearch, total: number): Html | false {
  const { size, from } = search;
  if (total <= size) return false;
  return html`<nav aria-label="More packages" class="pager">
    ${from > 0 && html`<a href="${listHref({ ...search, from: Math.max(0, from - size) })}" rel="prev">Earlier ones</a>`}
    ${from + size < total && html`<a href="${listHref({ ...search, from: from + size })}" rel="next">Later ones</a>`}
  </nav>`;
}

/** The address of a list; what is not asked for is not in it. */
export function listHref(search: Partial<CatalogueSearch>): string {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(search).filter(
    ([name, value]) =>
      value !== undefined && value !== '' && value !== false && name !== 'size' && !(name === 'from' && value === 0),
  );
  return `/packages?${new URLSearchParams(entries.map(([name, value]): [string, string] => [name, String(value)])).toString()}`;
}

export function packageHref(name: string): string {
  return `/packages/${encodeURIComponent(name)}`;
}
