import type { LinkedIdentity } from '../accounts/identities.ts';
import type { StoredEntitlement } from '../entitlements/store.ts';
import type { StoredToken } from '../accounts/store.ts';
import type { Factor } from '../second-factor/service.ts';
import { html, type Html } from '../web/html.ts';
import { page, scrolling, table, time } from '../web/layout.ts';
import { packageHref } from '../web/market-pages.ts';
import { factorPath, factorState } from './factor-page.ts';
import { newPasswordFields, passwordField, problemLine, textField } from './fields.ts';
import type { StoredSession } from './session-store.ts';
import type { Visitor } from './web-sessions.ts';

export interface AccountPage {
  readonly field: Html;
  readonly visitor: Visitor;
  readonly sessions: readonly StoredSession[];
  readonly tokens: readonly StoredToken[];
  readonly identities: readonly LinkedIdentity[];
  /** A token that was just made: it is shown this once. */
  readonly newToken?: string | undefined;
  readonly provider: string | undefined;
  /** Whether its password is kept here. */
  readonly hasPassword: boolean;
  /** What was wrong with what was just sent. */
  readonly problem?: string | undefined;
  /** What the account has paid for. */
  readonly held: readonly StoredEntitlement[];
  /** What others have paid for packages of the account. */
  readonly given: readonly StoredEntitlement[];
  readonly factor: Factor | undefined;
}

export function accountPage(parts: AccountPage): Html {
  const { field, visitor, sessions, tokens, identities, newToken, provider, hasPassword, problem } = parts;
  const { held, given, factor } = parts;
  return page({
    title: visitor.name,
    path: [{ label: 'Account' }],
    body: html`<h1>${visitor.name}</h1>
      ${problemLine(problem)}
      ${
        newToken !== undefined &&
        html`<div role="status">
          <p>The new token. It is not shown again:</p>
          <pre tabindex="0"><code>${newToken}</code></pre>
        </div>`
      }
      <dl>
        <dt>Role</dt>
        <dd>${visitor.role}${visitor.isFlagAdmin && ', flag-admin'}</dd>
        <dt>Email</dt>
        <dd>${visitor.email === '' ? 'none' : visitor.email}</dd>
        ${identities.map(
          ({ issuer, subject }) =>
            html`<dt>Signs in with</dt>
              <dd>${issuer}, as ${subject}</dd>`,
        )}
      </dl>
      ${
        provider !== undefined &&
        html`<form method="post" action="/account/link">
          ${field}<button type="submit">Sign in with ${provider} as well</button>
        </form>`
      }
      <form method="post" action="/sign-out">${field}<button type="submit">Sign out</button></form>
      ${hasPassword && passwordForm(field)}
      <h2>Second factor</h2>
      <p>${factorState(factor)} <a href="${factorPath}">Change it</a>.</p>
      <h2>Browsers</h2>
      ${scrolling('Browsers', sessionTable(sessions, visitor, field))}
      <form method="post" action="/account/sessions">
        ${field}<button type="submit" name="key" value="all">Sign out everywhere</button>
      </form>
      <h2>Tokens</h2>
      ${tokens.length > 0 && scrolling('Tokens', tokenTable(tokens, field))} ${tokenForm(field)}
      ${entitlementList('Entitlements', held)} ${entitlementList('Entitlements to your packages', given)}`,
  });
}

function passwordForm(field: Html): Html {
  return html`<h2>Password</h2>
    <form method="post" action="/account/password">
      ${field} ${passwordField('current-password', { name: 'old', label: 'The password that you have' })}
      ${newPasswordFields()}
      <p>Other browsers are signed out.</p>
      <p><button type="submit">Change it</button></p>
    </form>`;
}

const scopes = [
  { value: 'read', label: 'read' },
  { value: 'publish', label: 'read and change' },
  { value: 'reports', label: 'send and read reports, nothing else' },
] as const;

function sessionTable(sessions: readonly StoredSession[], { tokenKey }: Visitor, field: Html): Html {
  return table(
    ['Browser', 'From', 'Signed in', 'Last seen', ''],
    sessions.map(({ key, agent, address, method, createdAt, seenAt }) => [
      agent === '' ? 'unknown' : agent,
      `${address}, ${method}`,
      time(createdAt),
      time(seenAt),
      key === tokenKey ? 'this one' : removal({ action: '/account/sessions', field, key, label: 'Sign out' }),
    ]),
  );
}

function tokenTable(tokens: readonly StoredToken[], field: Html): Html {
  return table(
    ['Token', 'May', 'Made', 'Ends', ''],
    tokens.map(({ key, prefix, name, scope, createdAt, expiresAt }) => [
      `${name} (${prefix}…)`,
      scopes.find(({ value }) => value === scope)?.label ?? scope,
      time(createdAt),
      expiresAt === null ? 'never' : time(expiresAt),
      removal({ action: '/account/tokens/revoke', field, key, label: 'Revoke' }),
    ]),
  );
}

function entitlementList(title: string, entitlements: readonly StoredEntitlement[]): Html | false {
  const rows = entitlements.map(
    ({ id, package: name, versions, holder, seats, expiresAt, reference, revokedAt }): readonly (Html | string)[] => [
      html`<a href="${packageHref(name)}">${name}</a> ${versions}`,
      String(id),
      holder,
      seats === null ? 'any' : String(seats),
      revokedAt === null ? (expiresAt === null ? 'never' : time(expiresAt)) : html`revoked ${time(revokedAt)}`,
      reference,
    ],
  );
  const heads = ['Package', 'Number', 'For', 'Seats', 'Ends', 'Reference'];
  return (
    rows.length > 0 &&
    html`<h2>${title}</h2>
      ${scrolling(title, table(heads, rows))}`
  );
}

function tokenForm(field: Html): Html {
  return html`<form method="post" action="/account/tokens">
    ${field} ${textField({ name: 'name', label: 'A name for a new token', value: '', autocomplete: 'off' })}
    <p>
      <label for="days">Good for days</label>
      <input id="days" name="days" type="number" min="1" max="3650" value="90" />
    </p>
    <p>
      <label for="scope">May</label>
      <select id="scope" name="scope">
        ${scopes.map(({ value, label }) => html`<option value="${value}">${label}</option>`)}
      </select>
    </p>
    <p><button type="submit">Make a token</button></p>
  </form>`;
}

function removal({
  action,
  field,
  key,
  label,
}: {
  readonly action: string;
  readonly field: Html;
  readonly key: string;
  readonly label: string;
}): Html {
  return html`<form method="post" action="${action}">
    ${field}<button type="submit" name="key" value="${key}">${label}</button>
  </form>`;
}
