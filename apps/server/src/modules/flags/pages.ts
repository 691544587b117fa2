import type { FlagListing, FlagsStatus } from '@seaworthy/flags';
import { html, type Html } from '../web/html.ts';
import { page, scrolling, time } from '../web/layout.ts';
import type { FlagChange } from './store.ts';

export interface FlagsPage {
  readonly status: FlagsStatus;
  readonly flags: readonly FlagListing[];
  /** What was changed here, newest first; undefined where the flags come from elsewhere. */
  readonly history: readonly FlagChange[] | undefined;
}

export function flagsPage({ status, flags, history }: FlagsPage): Html {
  return page({
    title: 'Flags',
    path: [{ label: 'Flags' }],
    body: html`<h1>Flags</h1>
      <p>
        ${flags.length} of ${status.source}, in use since ${time(status.loadedAt)}.
        ${status.lastError !== undefined && html`Newer ones are not used: ${status.lastError.message}`}
      </p>
      ${scrolling('Flags', flagTable(flags))} ${history !== undefined && historySection(history)}`,
  });
}

function flagTable(flags: readonly FlagListing[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Flag</th>
        <th scope="col">State</th>
        <th scope="col">Default</th>
        <th scope="col">Variants</th>
      </tr>
    </thead>
    <tbody>
      ${flags.map(
        ({ key, state, defaultVariant, variants }) =>
          html`<tr>
            <th scope="row"><code>${key}</code></th>
            <td>${state === 'ENABLED' ? 'on' : 'off'}</td>
            <td>${defaultVariant ?? html`<span class="none">none</span>`}</td>
            <td>
              ${Object.entries(variants).map(
                ([name, value]) => html`<code>${name}: ${JSON.stringify(value).slice(0, 200)}</code> `,
              )}
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function historySection(history: readonly FlagChange[]): Html {
  return html`<h2>History</h2>
    ${scrolling(
      'History',
      html`<table>
        <thead>
          <tr>
            <th scope="col" class="number">Version</th>
            <th scope="col">Changed</th>
            <th scope="col">By</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          ${history.map(
            ({ version, at, by, cause }) =>
              html`<tr>
                <th scope="row" class="number">${version}</th>
                <td>${time(at)}</td>
                <td>${by}</td>
                <td>${cause}</td>
              </tr>`,
          )}
        </tbody>
      </table>`,
    )}`;
}
