import type { ProjectSharing } from '../reports/access.ts';
import { projectRoles, visibilities } from '../reports/rights.ts';
import { html, type Html } from './html.ts';
import { page, scrolling } from './layout.ts';
import { projectHref } from './pages.ts';

export interface AccessPage extends ProjectSharing {
  readonly name: string;
  /** The hidden field of each form. */
  readonly field: Html;
  /** What was wrong with what was just sent. */
  readonly problem?: string | undefined;
}

const shownTo = {
  public: 'everybody who reaches this server',
  internal: 'every account',
  private: 'its members, and admins',
} as const;

/** Where owners say who may see and send the reports of a project. */
export function accessPage({ name, field, visibility, members, problem }: AccessPage): Html {
  return page({
    title: `Who sees ${name}`,
    path: [{ label: name, href: projectHref(name) }, { label: 'Who sees it' }],
    body: html`<h1>Who sees ${name}</h1>
      ${problem !== undefined && html`<p role="alert" class="problem">${problem}</p>`}
      <form method="post" action="${accessHref(name)}">
        ${field}
        <p>
          <label for="visibility">Its reports are shown to</label>
          <select id="visibility" name="visibility">
            ${visibilities.map((each) => option(each, shownTo[each], each === visibility))}
          </select>
          <button type="submit" name="change" value="visibility">Save</button>
        </p>
      </form>
      <h2>Members</h2>
      ${
        members.length === 0
          ? html`<p>None: nobody owns it. Admins see it, and whoever has the push token sends its reports.</p>`
          : scrolling('Members', memberTable({ name, field, members }))
      }
      <form method="post" action="${accessHref(name)}">
        ${field}
        <p>
          <label for="account">Account</label>
          <input id="account" name="account" autocomplete="off" required maxlength="64" />
          <label for="role">is a</label>
          <select id="role" name="role">
            ${projectRoles.map((each) => option(each, each, false))}
          </select>
          <button type="submit" name="change" value="member">Save</button>
        </p>
      </form>
      <p>A reader sees its reports, a pusher also sends them, and an owner also says who may.</p>`,
  });
}

export function accessHref(name: string): string {
  return `${projectHref(name)}/access`;
}

function option(value: string, label: string, isSelected: boolean): Html {
  return html`<option value="${value}" ${isSelected && 'selected'}>${label}</option>`;
}

function memberTable({ name, field, members }: Pick<AccessPage, 'name' | 'field' | 'members'>): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Account</th>
        <th scope="col">Role</th>
        <td></td>
      </tr>
    </thead>
    <tbody>
      ${members.map(
        ({ account, role }) =>
          html`<tr>
            <th scope="row">${account}</th>
            <td>${role}</td>
            <td>
              <form method="post" action="${accessHref(name)}">
                ${field}<input type="hidden" name="account" value="${account}" />
                <button type="submit" name="change" value="remove">Remove</button>
              </form>
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
