import type { AuditReport } from '@seaworthy/logger';
import type { Certification } from '../marketplace/certification-store.ts';
import type { JobState } from '../../jobs.ts';
import type { AccountQuery, ListedAccount } from '../accounts/account-list.ts';
import { html, type Html } from '../web/html.ts';
import { page, scrolling, table, time } from '../web/layout.ts';
import { packageHref } from '../web/market-pages.ts';
import { projectHref } from '../web/pages.ts';
import type { AuditQuery, AuditRecord, AuditRecords } from './audit-records.ts';
import type { OwnerlessThings } from './ownerless.ts';
import type { ServerFacts } from './service.ts';

export const adminPath = '/admin';

const root = { label: 'Admin', href: adminPath };

export interface AdminPage {
  readonly server: ServerFacts & { readonly jobs: readonly JobState[] };
  /** What waits for a decision; undefined where there are no packages. */
  readonly queue: readonly Certification[] | undefined;
}

export function adminPage({ server, queue }: AdminPage): Html {
  const { version, node, startedAt, database, archives, limits, signIn, jobs } = server;
  return page({
    title: 'Admin',
    path: [{ label: 'Admin' }],
    body: html`<h1>Admin</h1>
      <ul>
        <li><a href="${adminPath}/accounts">Accounts</a></li>
        <li><a href="${adminPath}/ownerless">Projects and packages without an owner</a></li>
        <li><a href="${adminPath}/audit">Audit log</a></li>
        <li><a href="/status">Status</a></li>
      </ul>
      <h2>This server</h2>
      <dl>
        <dt>Version</dt>
        <dd>${version}, on Node ${node}</dd>
        <dt>Runs since</dt>
        <dd>${time(startedAt)}</dd>
        <dt>Database</dt>
        <dd>${database}</dd>
        <dt>Archives</dt>
        <dd>${archives}</dd>
        <dt>Limits</dt>
        <dd>${limits}</dd>
        <dt>Sign in by</dt>
        <dd>${signIn.join(', ')}</dd>
      </dl>
      <h2>Background jobs</h2>
      ${jobs.length === 0 ? html`<p class="none">This server has none.</p>` : scrolling('Background jobs', jobTable(jobs))}
      ${queue !== undefined && queueSection(queue)}`,
  });
}

function jobTable(jobs: readonly JobState[]): Html {
  return table(
    ['Job', 'State', 'Newest run', 'Took', 'Runs', 'Failed'],
    jobs.map(({ name, isRunning, outcome, startedAt, durationMs, runs, failures }) => [
      name,
      isRunning ? 'running' : stateOf(outcome),
      startedAt === null ? 'none' : time(startedAt),
      durationMs === null ? '' : `${durationMs} ms`,
      String(runs),
      String(failures),
    ]),
  );
}

function stateOf(outcome: JobState['outcome']): Html | string {
  if (outcome === null) return 'waits for its first run';
  return outcome === 'ok' ? 'ok' : html`<span class="problem">failed; the log of the server has the reason</span>`;
}

const shownQueue = 10;

function queueSection(queue: readonly Certification[]): Html {
  const rows = queue
    .slice(0, shownQueue)
    .map(({ id, package: name, version, state, submittedBy, createdAt }): readonly (Html | string)[] => [
      html`<a href="/certifications/${id}">${name} ${version}</a>`,
      state,
      submittedBy,
      time(createdAt),
    ]);
  return html`<h2>Certifications</h2>
    ${
      rows.length === 0
        ? html`<p>Nothing waits for a decision.</p>`
        : scrolling('Certifications', table(['Version', 'State', 'Submitted by', 'Since'], rows))
    }
    ${queue.length > shownQueue && html`<p><a href="/certifications">All of them</a></p>`}`;
}

export function accountsPage(
  query: AccountQuery,
  { total, found }: { readonly total: number; readonly found: readonly ListedAccount[] },
): Html {
  return page({
    title: 'Accounts',
    path: [root, { label: 'Accounts' }],
    body: html`<h1>Accounts</h1>
      <form class="filters" action="${adminPath}/accounts" role="search">
        <p>
          <label for="text">Name or email</label>
          <input id="text" type="search" name="text" value="${query.text}" maxlength="200" />
        </p>
        <p>
          <label for="state">State</label>
          <select id="state" name="state">
            ${option('', 'any', query.state === undefined)} ${option('enabled', 'enabled', query.state === 'enabled')}
            ${option('disabled', 'disabled', query.state === 'disabled')}
          </select>
        </p>
        <p><button>Show</button></p>
      </form>
      <p role="status">${total === 1 ? '1 account' : `${total} accounts`}.</p>
      ${found.length > 0 && scrolling('Accounts', accountTable(found))} ${accountPager(query, total)}`,
  });
}

function accountTable(found: readonly ListedAccount[]): Html {
  return table(
    ['Account', 'Email', 'Role', 'Made', 'State'],
    found.map(({ name, email, role, isFlagAdmin, createdAt, disabledAt }) => [
      html`<a href="${accountHref(name)}">${name}</a>`,
      email,
      `${role}${isFlagAdmin ? ', flag-admin' : ''}`,
      time(createdAt),
      disabledAt === null ? 'enabled' : html`disabled ${time(disabledAt)}`,
    ]),
  );
}

function accountPager({ text, state, size, from }: AccountQuery, total: number): Html | false {
  if (total <= size) return false;
  const href = (start: number): string => {
    const asked = new URLSearchParams({ text, ...(state && { state }), size: String(size), from: String(start) });
    return `${adminPath}/accounts?${asked.toString()}`;
  };
  return html`<nav aria-label="More accounts" class="pager">
    ${from > 0 && html`<a href="${href(Math.max(0, from - size))}" rel="prev">Earlier ones</a>`}
    ${from + size < total && html`<a href="${href(from + size)}" rel="next">Later ones</a>`}
  </nav>`;
}

export function accountHref(name: string): string {
  return `${adminPath}/accounts/${encodeURIComponent(name)}`;
}

export function option(value: string, label: string, isChosen: boolean): Html {
  return html`<option value="${value}" ${isChosen && 'selected'}>${label}</option>`;
}

export function ownerlessPage({ projects, packages }: OwnerlessThings): Html {
  const list = (title: string, things: OwnerlessThings['projects'], hrefOf: (name: string) => string): Html =>
    html`<h2>${title}</h2>
      ${
        things.length === 0
          ? html`<p>Each has an owner.</p>`
          : scrolling(
              title,
              table(
                ['Name', 'Owners, all disabled'],
                things.map(({ name, owners }) => [
                  html`<a href="${hrefOf(name)}">${name}</a>`,
                  owners.length === 0
                    ? html`<span class="none">none</span>`
                    : html`${owners.map((owner) => html`<a href="${accountHref(owner)}">${owner}</a> `)}`,
                ]),
              ),
            )
      }`;
  return page({
    title: 'Without an owner',
    path: [root, { label: 'Without an owner' }],
    body: html`<h1>Without an owner</h1>
      <p>Nobody who may sign in owns these. Give a project an owner at its page, or enable one of the old ones.</p>
      ${list('Projects', projects, (name) => `${projectHref(name)}/access`)} ${list('Packages', packages, packageHref)}`,
  });
}

export interface AuditPage {
  readonly query: AuditQuery;
  readonly found: AuditRecords;
  /** What the check of the log has said, if it was asked. */
  readonly report?: AuditReport | undefined;
}

export function auditPage({ query, found, report }: AuditPage): Html {
  const { who = '', what = '', since = '', until = '' } = query;
  const asked = { who, what, since, until };
  const hrefOf = (more: Readonly<Record<string, string>>): string =>
    `${adminPath}/audit?${new URLSearchParams({ ...asked, ...more }).toString()}`;
  return page({
    title: 'Audit log',
    path: [root, { label: 'Audit log' }],
    body: html`<h1>Audit log</h1>
      <p>Of this server: where several share a database, each one has a log of its own.</p>
      ${report === undefined ? html`<p><a href="${hrefOf({ verify: 'yes' })}">Check every entry</a></p>` : verdict(report)}
      <form class="filters" action="${adminPath}/audit" role="search">
        ${filter('who', 'Account or address', who)} ${filter('what', 'Event', what)}
        ${filter('since', 'Since, as 2026-01-31', since)} ${filter('until', 'Until', until)}
        <p><button>Show</button> <a href="${adminPath}/audit">Clear</a></p>
      </form>
      ${found.records.length === 0 ? html`<p role="status">No entry.</p>` : scrolling('Entries', recordTable(found.records))}
      ${
        found.next !== null &&
        html`<nav aria-label="More entries" class="pager">
          <a href="${hrefOf({ before: String(found.next) })}" rel="next">Older ones</a>
        </nav>`
      }`,
  });
}

function verdict({ isValid, entries, firstBad }: AuditReport): Html {
  return isValid
    ? html`<p role="status">The log is whole: ${entries} entries, each linked to the one before.</p>`
    : html`<p role="alert" class="problem">
        The log was changed or is damaged at line ${firstBad?.line}: ${firstBad?.reason}. ${entries} entries before it
        are good.
      </p>`;
}

function filter(name: string, label: string, value: string): Html {
  return html`<p>
    <label for="${name}">${label}</label>
    <input id="${name}" name="${name}" value="${value}" autocomplete="off" maxlength="200" />
  </p>`;
}

function recordTable(records: readonly AuditRecord[]): Html {
  return table(
    ['Number', 'When', 'Event', 'What is known of it'],
    records.map(({ seq, timestamp, event, fields }) => [
      String(seq),
      time(timestamp),
      event,
      html`${Object.entries(fields).map(
        ([name, value], index) =>
          html`${index > 0 && ', '}<span class="none">${name}</span>
            ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      )}`,
    ]),
  );
}
