import type { Role } from '../../storage/schema.ts';
import type { PasswordReset } from '../accounts/own-account.ts';
import { ranked } from '../accounts/roles.ts';
import { factorState } from '../identity/factor-page.ts';
import { problemLine } from '../identity/fields.ts';
import { html, type Html } from '../web/html.ts';
import { page, scrolling, table, time } from '../web/layout.ts';
import { accountHref, adminPath, option } from './pages.ts';
import type { AccountDetail } from './service.ts';

export interface AdminAccountPage {
  readonly account: AccountDetail;
  /** The hidden field of each form. */
  readonly field: Html;
  /** A code that was just made, with the address of its page: it is shown this once. */
  readonly reset?: (PasswordReset & { readonly url: string }) | undefined;
  /** What was wrong with what was just sent. */
  readonly problem?: string | undefined;
}

/** One account, as an admin sees it. */
export function adminAccountPage({ account, field, reset, problem }: AdminAccountPage): Html {
  const { name, email, role, isFlagAdmin, disabledAt, hasPassword, factor, sessions, tokens, identities } = account;
  const button = (change: string, label: string): Html =>
    html`<form method="post" action="${accountHref(name)}">
      ${field}<button type="submit" name="change" value="${change}">${label}</button>
    </form>`;
  return page({
    title: name,
    path: [{ label: 'Admin', href: adminPath }, { label: 'Accounts', href: `${adminPath}/accounts` }, { label: name }],
    body: html`<h1>${name}</h1>
      ${problemLine(problem)} ${reset !== undefined && resetLine(reset)}
      <dl>
        <dt>Email</dt>
        <dd>${email === '' ? 'none' : email}</dd>
        <dt>State</dt>
        <dd>${disabledAt === null ? 'enabled' : html`disabled ${time(disabledAt)}`}</dd>
        ${identities.map(
          ({ issuer, subject }) =>
            html`<dt>Signs in with</dt>
              <dd>${issuer}, as ${subject}</dd>`,
        )}
      </dl>
      ${roleForm({ name, field, role, isFlagAdmin })}
      <h2>State</h2>
      ${
        disabledAt === null
          ? html`<p>Nothing of a disabled account signs in. What it has published stays.</p>
              ${button('disable', 'Disable the account')}`
          : button('enable', 'Enable the account')
      }
      <h2>Password</h2>
      ${hasPassword ? button('reset', 'Make a code to set a password with') : html`<p>It is kept elsewhere.</p>`}
      <h2>Second factor</h2>
      <p>${factorState(factor)}</p>
      ${factor !== undefined && button('factor', 'Turn it off, for who has lost it')}
      <h2>Browsers and tokens</h2>
      ${sessions.length > 0 && scrolling('Browsers', sessionTable(sessions))}
      ${tokens.length > 0 && scrolling('Tokens', tokenTable(tokens))}
      <p>Browsers are signed out and tokens are revoked, for good.</p>
      ${button('end', 'End all of them')}
      <p><a href="${adminPath}/audit?who=${encodeURIComponent(name)}">Its entries in the audit log</a></p>`,
  });
}

function resetLine({ account, url, expiresAt }: PasswordReset & { readonly url: string }): Html {
  return html`<div role="status">
    <p>
      Give this address to ${account}, and to nobody else. It is good once, until ${time(expiresAt)}, and not shown
      again:
    </p>
    <pre tabindex="0"><code>${url}</code></pre>
  </div>`;
}

interface RoleForm {
  readonly name: string;
  readonly field: Html;
  readonly role: Role;
  readonly isFlagAdmin: boolean;
}

function roleForm({ name, field, role, isFlagAdmin }: RoleForm): Html {
  return html`<h2>Role</h2>
    <form method="post" action="${accountHref(name)}">
      ${field}
      <p>
        <label for="role">Role</label>
        <select id="role" name="role">
          ${ranked.map((each) => option(each, each, each === role))}
        </select>
        <label><input type="checkbox" name="flagAdmin" value="yes" ${isFlagAdmin && 'checked'} /> changes flags</label>
        <button type="submit" name="change" value="role">Give it</button>
      </p>
    </form>`;
}

function sessionTable(sessions: AccountDetail['sessions']): Html {
  return table(
    ['Browser', 'From', 'Signed in', 'Last seen'],
    sessions.map(({ agent, address, method, createdAt, seenAt }) => [
      agent === '' ? 'unknown' : agent,
      `${address}, ${method}`,
      time(createdAt),
      time(seenAt),
    ]),
  );
}

function tokenTable(tokens: AccountDetail['tokens']): Html {
  return table(
    ['Token', 'For', 'Made', 'Ends'],
    tokens.map(({ prefix, name, scope, createdAt, expiresAt }) => [
      `${name} (${prefix}…)`,
      scope,
      time(createdAt),
      expiresAt === null ? 'never' : time(expiresAt),
    ]),
  );
}
