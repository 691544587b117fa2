import { html, type Html } from '../web/html.ts';

export function problemLine(problem: string | undefined): Html | false {
  return problem !== undefined && html`<p role="alert" class="problem">${problem}</p>`;
}

interface Field {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly autocomplete: string;
}

export function textField({ name, label, value, autocomplete }: Field): Html {
  return html`<p>
    <label for="${name}">${label}</label>
    <input id="${name}" name="${name}" value="${value}" autocomplete="${autocomplete}" required maxlength="254" />
  </p>`;
}

export function passwordField(
  autocomplete: string,
  { name, label }: Pick<Field, 'name' | 'label'> = { name: 'password', label: 'Password' },
): Html {
  return html`<p>
    <label for="${name}">${label}</label>
    <input id="${name}" name="${name}" type="password" autocomplete="${autocomplete}" required maxlength="1000" />
  </p>`;
}

/** Asks for a new password, and whether tokens stay. */
export function newPasswordFields(): Html {
  return html`${passwordField('new-password', { name: 'wanted', label: 'New password, of 10 characters or more' })}
    <p>
      <label><input type="checkbox" name="revoke" value="yes" checked /> Revoke all tokens as well</label>
    </p>`;
}

/** For a code of an authenticator. */
export function codeField(): Html {
  return html`<p>
    <label for="code">Code of the authenticator, or a recovery code</label>
    <input
      id="code"
      name="code"
      autocomplete="one-time-code"
      autocapitalize="none"
      spellcheck="false"
      required
      maxlength="100"
    />
  </p>`;
}
