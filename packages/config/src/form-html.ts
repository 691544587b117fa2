import type { FormField, FormSection } from './form.ts';
import { jsonText } from './plain.ts';
import type { Problem } from './problems.ts';

/** What a browser sends: a `URLSearchParams` or a `FormData`. */
export type FormEntries = Iterable<readonly [name: string, value: unknown]>;

export interface FormOptions {
  /** What was typed and could not be taken over: it is shown again, except for secrets. */
  readonly submitted?: FormEntries;
  /** What was wrong with it, `error.params.problems`. */
  readonly problems?: readonly Problem[];
}

/** The fields as HTML that works without a script: it goes inside a `<form method="post">`. */
export function formHtml(sections: readonly FormSection[], { submitted = [], problems = [] }: FormOptions): string {
  const typed = new Map(Array.from(submitted, ([name, value]) => [name, String(value)]));
  const keys = new Set(sections.flatMap(({ fields }) => fields.map(({ key }) => key)));
  const elsewhere = problems.filter(({ key }) => !keys.has(key)).map((problem) => alert(problem));
  const parts = sections.map(({ label, fields }) => {
    const inside = fields.map((field) => fieldHtml(field, typed.get(field.key), problems));
    return `<fieldset>\n${label === '' ? '' : `<legend>${escape(label)}</legend>\n`}${inside.join('\n')}\n</fieldset>`;
  });
  return [...elsewhere, ...parts].join('\n');
}

function fieldHtml(field: FormField, typed: string | undefined, problems: readonly Problem[]): string {
  const { key, label, description, control, editable, isSet } = field;
  const id = `config-${key}`;
  const wrong = problems.filter((problem) => problem.key === key);
  const notes = [
    description ?? '',
    editable ? '' : 'A change needs a restart.',
    control === 'password' && isSet === true ? 'There is a value; leave this empty to keep it.' : '',
  ].filter((note) => note !== '');
  const about = notes.length === 0 ? '' : `<small id="${escape(id)}-about">${escape(notes.join(' '))}</small>`;
  const attributes = [
    `id="${escape(id)}" name="${escape(key)}"`,
    about === '' && wrong.length === 0 ? '' : `aria-describedby="${escape(`${id}-about ${id}-wrong`)}"`,
    wrong.length === 0 ? '' : 'aria-invalid="true"',
    // What is disabled is not sent.
    editable ? '' : 'disabled',
  ].filter((attribute) => attribute !== '');
  const told = wrong.map((problem) => alert(problem, `${id}-wrong`));
  const parts = [
    `<label for="${escape(id)}">${escape(label)}</label>`,
    controlHtml(field, typed ?? textOf(field), attributes.join(' ')),
    about,
    ...told,
  ].filter((part) => part !== '');
  return `<p>\n${parts.join('\n')}\n</p>`;
}

/** What a control holds when nobody has typed; the same that comes back then. */
export function textOf({ control, value }: FormField): string {
  if (control === 'checkbox') return String(value === true);
  if (value === undefined || value === null) return '';
  if (control === 'list' && Array.isArray(value)) return value.join('\n');
  const isText = typeof value === 'string' && control !== 'json';
  return isText ? value : (jsonText(value, control === 'json' ? 2 : undefined) ?? '');
}

function controlHtml(field: FormField, text: string, attributes: string): string {
  const { choices = [], minimum, maximum, minLength, maxLength } = field;
  // Of a text in one line a browser drops the line breaks.
  const control = field.control === 'text' && /[\r\n]/.test(text) ? 'json' : field.control;
  switch (control) {
    case 'checkbox':
      // A box that is not ticked is not sent, and what comes last counts.
      return `${field.editable ? `<input type="hidden" name="${escape(field.key)}" value="false">` : ''}<input type="checkbox" value="true"${text === 'true' ? ' checked' : ''} ${attributes}>`;
    case 'select':
      return `<select ${attributes}>${optionsOf(choices, text)}</select>`;
    case 'list':
    case 'json':
      // A browser drops one line break at the beginning.
      return `<textarea rows="4" ${attributes}>\n${escape(text)}</textarea>`;
    case 'password':
      return `<input type="password" autocomplete="new-password" ${attributes}>`;
    case 'number':
      return `<input type="number" value="${escape(text)}"${limits({ min: minimum, max: maximum, step: field.step ?? 'any' })} ${attributes}>`;
    default:
      return `<input type="text" value="${escape(text)}"${limits({ minlength: minLength, maxlength: maxLength })} ${attributes}>`;
  }
}

function optionsOf(choices: readonly unknown[], text: string): string {
  const known = choices.map(String);
  const all = known.includes(text) ? known : [text, ...known];
  return all
    .map(
      (choice) => `<option value="${escape(choice)}"${choice === text ? ' selected' : ''}>${escape(choice)}</option>`,
    )
    .join('');
}

function limits(given: Readonly<Record<string, number | string | undefined>>): string {
  return Object.entries(given)
    .map(([name, limit]) => (limit === undefined ? '' : ` ${name}="${limit}"`))
    .join('');
}

function alert({ key, message, suggestion }: Problem, id?: string): string {
  const text = [id === undefined && key !== '' ? `${key}: ${message}` : message, suggestion ?? ''].join(' ').trim();
  return `<strong role="alert"${id === undefined ? '' : ` id="${escape(id)}"`}>${escape(text)}</strong>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
