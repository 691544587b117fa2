import { text as textOf, type Node } from '../emit/tree.ts';
import { isBox, isTicked, type Standing } from './fill.ts';
import { boxControl, momentControl, mostRadios, numberControl, selectControl, textControl } from './control.ts';
import type { Attributes } from './control.ts';
import { element, type Markup } from './markup.ts';
import { inputName, presence, type Place } from './names.ts';
import type { FormProblem } from './problem.ts';
import type { Asked, Shape } from './shape.ts';
import type { FieldIndex } from './submitted.ts';
import type { FormTexts } from './texts.ts';
import type { FormTree } from './tree.ts';

export interface Renderer {
  readonly tree: FormTree;
  readonly index: FieldIndex;
  readonly problems: readonly FormProblem[];
  readonly texts: FormTexts;
  /** Begins every id. */
  readonly prefix: string;
  /** Rows beside those that are filled in. */
  readonly extraRows: number;
  /** The id of each field and group, as they are met. */
  readonly ids: Map<string, string>;
  readonly above: Node[];
}

/** How a part is shown. */
export interface Shown extends Standing {
  readonly label: string;
  /** Nothing of it is there, nor of what is around it: it is filled in or left out. */
  readonly isBlank: boolean;
}

interface Notes {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly isInvalid: boolean;
  readonly markup: readonly Markup[];
}

/** A description and the problems of a field, and the ids that tie them to it. */
export function notesOf(renderer: Renderer, node: Node, name: string, hints: readonly string[] = []): Notes {
  const id = `${renderer.prefix}-${renderer.ids.size + 1}`;
  renderer.ids.set(name, id);
  const said = [textOf(node['description']), ...hints].filter((hint) => hint !== undefined && hint !== '').join(' ');
  const problems = renderer.problems.filter((problem) => problem.field === name).map(({ message }) => message);
  const hint = said === '' ? [] : [element('p', { id: `${id}-hint` }, said)];
  const wrong = problems.length === 0 ? [] : [element('p', { id: `${id}-error`, class: 'error' }, problems.join(' '))];
  const ids = [...(hint.length > 0 ? [`${id}-hint`] : []), ...(wrong.length > 0 ? [`${id}-error`] : [])];
  return {
    id,
    describedBy: ids.length > 0 ? ids.join(' ') : undefined,
    isInvalid: problems.length > 0,
    markup: [...hint, ...wrong],
  };
}

export function attributesOf({ id, describedBy, isInvalid }: Notes, name: string, isRequired: boolean): Attributes {
  return {
    id,
    name,
    required: isRequired,
    'aria-describedby': describedBy,
    'aria-invalid': isInvalid ? 'true' : undefined,
  };
}

export function labelText({ texts }: Renderer, { label, isNeeded, isRow = false }: Shown, node: Node): string {
  return isNeeded || isRow || 'default' in node ? label : `${label} (${texts.optional})`;
}

export function fixed(
  renderer: Renderer,
  { node, isNullable }: Asked,
  value: unknown,
  place: Place,
  shown: Shown,
): Markup {
  const name = inputName(place);
  const notes = notesOf(renderer, node, name);
  const label = `${labelText(renderer, shown, node)}: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  if (!isTicked(shown)) {
    return element('p', { id: notes.id }, label, isNullable ? nothing(renderer, place, shown) : [], notes.markup);
  }
  const box = boxControl(attributesOf(notes, name, false), 'on', renderer.index.text(name) === 'on');
  const none = isNullable ? nothing(renderer, place, shown) : [];
  return element('div', {}, element('label', { for: notes.id }, box, ` ${label}`), none, notes.markup);
}

/** A field with its label, description and problems. */
export function field(renderer: Renderer, asked: Asked, place: Place, shown: Shown): Markup {
  const { node, isNullable, shape } = asked;
  const name = inputName(place);
  const isRequired = shown.isNeeded && !shown.isRow && !isNullable && !shown.isBlank;
  const isUnfilled = shown.isBlank && 'default' in node;
  const notes = notesOf(renderer, node, name, [
    isUnfilled ? `${renderer.texts.byDefault}: ${JSON.stringify(node['default'])}.` : '',
    shape.kind === 'moment' ? 'UTC' : '',
  ]);
  const text = renderer.index.text(name) ?? '';
  const label = labelText(renderer, shown, node);
  const after = [isNullable ? nothing(renderer, place, shown) : [], notes.markup];
  if (shape.kind === 'boolean' && isBox(shown, node, isNullable)) {
    const box = boxControl(attributesOf(notes, name, false), 'true', text === 'true' || text === 'on');
    return element('div', {}, element('label', { for: notes.id }, box, ` ${label}`), after);
  }
  if (shape.kind === 'choice' && isRequired && shape.options.length <= mostRadios) {
    return radios(shape.options, { notes, name, label, text }, after);
  }
  const control = controlOf(renderer, asked, attributesOf(notes, name, isRequired), text);
  return element('div', {}, element('label', { for: notes.id }, label), ' ', control, after);
}

function controlOf({ texts }: Renderer, { shape, node }: Asked, attributes: Attributes, text: string): Markup {
  switch (shape.kind) {
    case 'choice':
      return selectControl(shape.options, attributes, { text, blank: texts.choose });
    case 'boolean': {
      const options = [
        { text: 'true', label: texts.yes },
        { text: 'false', label: texts.no },
      ];
      return selectControl(options, attributes, { text, blank: texts.choose });
    }
    case 'number':
      return numberControl(node, attributes, text);
    case 'moment':
      return momentControl(attributes, text);
    case 'json':
      return element('textarea', { ...attributes, required: false, rows: 4, spellcheck: 'false' }, `\n${text}`);
    default:
      return textControl(node, attributes, text);
  }
}

function radios(
  options: Extract<Shape, { kind: 'choice' }>['options'],
  { notes, name, label, text }: { notes: Notes; name: string; label: string; text: string },
  after: readonly (Markup | readonly Markup[])[],
): Markup {
  const { id, describedBy, isInvalid } = notes;
  const buttons = options.map((option, index) => {
    const own = `${id}-${index + 1}`;
    const state = { checked: option.text === text, required: true, 'aria-invalid': isInvalid ? 'true' : undefined };
    const button = element('input', { type: 'radio', id: own, name, value: option.text, ...state });
    return element('label', { for: own }, button, ` ${option.label}`);
  });
  return element(
    'fieldset',
    { id, tabindex: -1, 'aria-describedby': describedBy },
    element('legend', {}, label),
    buttons,
    after,
  );
}

/** The box beside a value that may be nothing. */
function nothing({ index, texts, prefix, ids }: Renderer, place: Place, { label }: Shown): Markup {
  const id = `${prefix}-${ids.size}-nothing`;
  const isChecked = index.text(presence(place)) === 'null';
  const box = element('input', {
    type: 'checkbox',
    id,
    name: presence(place),
    value: 'null',
    checked: isChecked,
    'aria-label': `${label}: ${texts.nothing}`,
  });
  return element('label', { for: id }, box, ` ${texts.nothing}`);
}
