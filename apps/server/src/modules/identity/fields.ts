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

export function passwordField(autocomplete: string): Html {
  return html`<p>
    <label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="${autocomplete}" required maxlength="1000" />
  </p>`;
}
