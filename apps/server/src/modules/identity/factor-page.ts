import type { Factor, NewSecret } from '../second-factor/service.ts';
import { html, type Html } from '../web/html.ts';
import { page } from '../web/layout.ts';
import { codeField, passwordField, problemLine } from './fields.ts';

export const factorPath = '/account/second-factor';

export interface FactorPage {
  /** The hidden field of each form. */
  readonly field: Html;
  readonly factor: Factor | undefined;
  readonly hasPassword: boolean;
  /** What an authenticator is given: it is shown this once. */
  readonly secret?: NewSecret | undefined;
  /** Shown this once. */
  readonly recoveryCodes?: readonly string[] | undefined;
  /** What was wrong with what was just sent. */
  readonly problem?: string | undefined;
}

const modes = {
  'auth-and-writes': 'to sign in, and to change packages with npm and the API',
  'auth-only': 'to sign in and to change the account',
} as const;

export function factorState(factor: Factor | undefined): string {
  if (factor === undefined) return 'Off: the password is enough.';
  if (factor.isPending) return 'Off: it was begun, and no code was shown.';
  return `On: a code is needed ${modes[factor.mode]}. ${factor.recoveryCodes} recovery codes are left.`;
}

/** Where people turn their second factor on, change it, and turn it off. */
export function factorPage(parts: FactorPage): Html {
  const { field, factor, problem, secret, recoveryCodes } = parts;
  return page({
    title: 'Second factor',
    path: [{ label: 'Account', href: '/account' }, { label: 'Second factor' }],
    body: html`<h1>Second factor</h1>
      ${problemLine(problem)}
      <p>${factorState(factor)}</p>
      ${recoveryCodes !== undefined && codeList(recoveryCodes)}
      ${factor?.isPending === true && confirmForm(field, secret)}
      ${secret === undefined && factor?.isPending !== false && beginForm(parts)}
      ${factor?.isPending === false && changeForm(field, factor)}`,
  });
}

function modeField(chosen: Factor['mode']): Html {
  return html`<p>
    <label for="mode">A code is needed</label>
    <select id="mode" name="mode">
      ${Object.entries(modes).map(
        ([mode, label]) => html`<option value="${mode}" ${mode === chosen && 'selected'}>${label}</option>`,
      )}
    </select>
  </p>`;
}

function beginForm({ field, factor, hasPassword }: FactorPage): Html {
  return html`<form method="post" action="${factorPath}">
    ${field} ${modeField('auth-and-writes')} ${hasPassword && passwordField('current-password')}
    <p><button type="submit" name="change" value="begin">${factor === undefined ? 'Begin' : 'Begin anew'}</button></p>
  </form>`;
}

/** Without a secret for who has it already, and has made a mistake. */
function confirmForm(field: Html, secret: NewSecret | undefined): Html {
  return html`${
      secret !== undefined &&
      html`<p>
          Give this secret to an authenticator, by hand or by <a href="${secret.url}">its address</a>. It is not shown
          again:
        </p>
        <pre tabindex="0"><code>${secret.secret}</code></pre>`
    }
    <form method="post" action="${factorPath}">
      ${field} ${codeField()}
      <p><button type="submit" name="change" value="confirm">Turn it on</button></p>
    </form>`;
}

function codeList(codes: readonly string[]): Html {
  return html`<div role="status">
    <p>It is on. Print these recovery codes: each is good once, in place of a code. They are not shown again:</p>
    <pre tabindex="0"><code>${codes.join('\n')}</code></pre>
  </div>`;
}

function changeForm(field: Html, { mode }: Factor): Html {
  return html`<form method="post" action="${factorPath}">
    ${field} ${modeField(mode)} ${codeField()}
    <p>
      <button type="submit" name="change" value="mode">Change it</button>
      <button type="submit" name="change" value="end">Turn it off</button>
    </p>
  </form>`;
}
