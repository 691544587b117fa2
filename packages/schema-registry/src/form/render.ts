// (1) Whatever is in the schema or was sent is text in the markup.
// (2) A form has an end, also for schemas that contain themselves.
import { text as textOf, type Node } from '../emit/tree.ts';
import { isTicked } from './fill.ts';
import { selectControl, textControl } from './control.ts';
import { attributesOf, field, fixed, labelText, notesOf, type Renderer, type Shown } from './field.ts';
import { element, type Markup } from './markup.ts';
import {
  addition,
  choice,
  entryAt,
  fieldAt,
  keyOf,
  presence,
  removal,
  root,
  rowAt,
  variantAt,
  type Place,
} from './names.ts';
import { askedOf, type Asked, type Composite } from './shape.ts';

/** The fields of a whole schema. */
export function renderFields(renderer: Renderer): Markup {
  const label = textOf(renderer.tree.root['title']) ?? renderer.texts.value;
  const { node, shape, isNullable } = askedOf(renderer.tree, renderer.tree.root);
  if (shape.kind !== 'object' || isNullable) {
    return part(renderer, renderer.tree.root, root, { label, isNeeded: true, isBlank: false });
  }
  renderer.ids.set('', `${renderer.prefix}-fields`);
  renderer.above.push(node);
  return element('div', { id: `${renderer.prefix}-fields` }, inside(renderer, shape, root, false));
}

function part(renderer: Renderer, node: unknown, place: Place, shown: Shown): Markup {
  const asked = askedOf(renderer.tree, node);
  const label = textOf(asked.node['title']) ?? shown.label;
  switch (asked.shape.kind) {
    case 'none':
      return { html: '' };
    case 'fixed':
      return fixed(renderer, asked, asked.shape.value, place, { ...shown, label });
    case 'object':
    case 'list':
    case 'tuple':
    case 'record':
    case 'variants':
      return group(renderer, asked, asked.shape, place, { ...shown, label });
    default:
      return field(renderer, asked, place, { ...shown, label });
  }
}

/** A group of fields: an object, a list, a record, or the kinds that a value may be of. */
function group(renderer: Renderer, asked: Asked, shape: Composite, place: Place, shown: Shown): Markup {
  const { index, texts, above } = renderer;
  const { node } = asked;
  const notes = notesOf(renderer, node, place.name);
  const mark = index.text(presence(place));
  const isWanted = index.text(addition(place)) !== undefined;
  const isThere = mark === 'on' || isWanted || index.isFilled(place.name);
  const canGo = isThere && (isTicked(shown) || asked.isNullable) && shape.kind !== 'variants';
  const isBlank = !isThere && (shown.isBlank || isTicked(shown) || asked.isNullable);
  const isEndless = above.includes(node) && !isThere;
  const adds = shape.kind === 'list' || shape.kind === 'record' || isEndless;
  above.push(node);
  const content = isEndless ? [] : inside(renderer, shape, place, isBlank);
  above.pop();
  return element(
    'fieldset',
    { id: notes.id, tabindex: -1, 'aria-describedby': notes.describedBy },
    element('legend', {}, labelText(renderer, shown, node)),
    notes.markup,
    hidden(place, canGo || (isWanted && isTicked(shown)) ? 'on' : mark === 'null' ? 'null' : undefined),
    content,
    adds ? adder(place, `${texts.add}: ${shown.label}`) : [],
    canGo ? remover(renderer, place, { id: notes.id, label: shown.label }) : [],
  );
}

/** Tells that a part was there, when all of its fields are empty. */
function hidden(place: Place, value: string | undefined): readonly Markup[] {
  return value === undefined ? [] : [element('input', { type: 'hidden', name: presence(place), value })];
}

function adder(place: Place, label: string): Markup {
  // Nothing is checked by the browser: a form that is not complete yet may get more rows.
  return element('button', { type: 'submit', name: addition(place), value: '1', formnovalidate: true }, label);
}

function remover({ index, texts }: Renderer, place: Place, { id, label }: { id: string; label: string }): Markup {
  const own = `${id}-remove`;
  const isChecked = index.text(removal(place)) !== undefined;
  const box = element('input', { type: 'checkbox', id: own, name: removal(place), value: 'on', checked: isChecked });
  return element('label', { for: own }, box, ` ${texts.remove}: ${label}`);
}

function inside(renderer: Renderer, shape: Composite, place: Place, isBlank: boolean): readonly Markup[] {
  switch (shape.kind) {
    case 'object':
      return shape.fields.map(({ key, node, isRequired }) =>
        part(renderer, node, fieldAt(place, key), { label: key, isNeeded: isRequired, isBlank }),
      );
    case 'tuple':
      return shape.items.map((node, index) =>
        part(renderer, node, rowAt(place, index), { label: `${index + 1}`, isNeeded: true, isBlank }),
      );
    case 'list':
      return rowsOf(renderer, place, '[').map((number, order) =>
        part(renderer, shape.item, rowAt(place, number), {
          label: `${order + 1}`,
          isNeeded: true,
          isRow: true,
          isBlank: !renderer.index.isFilled(rowAt(place, number).name),
        }),
      );
    case 'record':
      return rowsOf(renderer, place, '{').map((number) => entry(renderer, shape.value, place, number));
    default:
      return variants(renderer, shape.options, place);
  }
}

/** The numbers of the rows that are there, and of some more. */
function rowsOf({ index, extraRows }: Renderer, place: Place, bracket: '[' | '{'): readonly number[] {
  const there = index.rows(place.name, bracket);
  const next = (there.at(-1) ?? -1) + 1;
  const more = index.text(addition(place)) === undefined ? extraRows : Math.max(1, extraRows);
  return [...there, ...Array.from({ length: more }, (_, extra) => next + extra)];
}

function entry(renderer: Renderer, node: Node, place: Place, number: number): Markup {
  const { index, texts } = renderer;
  const key = index.text(keyOf(entryAt(place, number, ''))) ?? '';
  const at = entryAt(place, number, key);
  const notes = notesOf(renderer, {}, keyOf(at));
  const attributes = attributesOf(notes, keyOf(at), false);
  const isBlank = !index.isFilled(at.name);
  return element(
    'fieldset',
    {},
    element('legend', {}, key === '' ? texts.value : key),
    element(
      'div',
      {},
      element('label', { for: notes.id }, texts.key),
      ' ',
      textControl({}, attributes, key),
      notes.markup,
    ),
    part(renderer, node, at, { label: texts.value, isNeeded: true, isBlank }),
  );
}

function variants(renderer: Renderer, options: readonly Node[], place: Place): readonly Markup[] {
  const { index, texts, prefix, ids } = renderer;
  const chosen = index.text(choice(place)) ?? '';
  const id = `${prefix}-${ids.size}-kind`;
  const named = options.map((option, number) => ({ text: String(number), label: nameOf(renderer, option, number) }));
  const select = selectControl(named, { id, name: choice(place) }, { text: chosen, blank: texts.choose });
  const parts = options.map((option, number) => {
    const at = variantAt(place, number);
    const isBlank = chosen !== String(number) && !index.isFilled(at.name);
    const isEndless = isBlank && renderer.above.includes(askedOf(renderer.tree, option).node);
    const label = named[number]?.label ?? '';
    return isEndless ? [] : [part(renderer, option, at, { label, isNeeded: true, isBlank })];
  });
  return [element('div', {}, element('label', { for: id }, texts.kind), ' ', select), ...parts.flat()];
}

/** What tells a variant from the others: its title, or the first field that is constant. */
function nameOf({ tree }: Renderer, option: Node, number: number): string {
  const { node, shape } = askedOf(tree, option);
  const title = textOf(node['title']);
  if (title !== undefined) return title;
  if (shape.kind === 'fixed') return JSON.stringify(shape.value);
  if (shape.kind !== 'object') return shape.kind === 'json' ? `${number + 1}` : shape.kind;
  const constants = shape.fields.map(({ node }) => askedOf(tree, node).shape).filter((one) => one.kind === 'fixed');
  const [first] = constants;
  return first === undefined
    ? `${number + 1}`
    : typeof first.value === 'string'
      ? first.value
      : JSON.stringify(first.value);
}
