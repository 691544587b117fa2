import { text as textOf, type Node } from '../emit/tree.ts';
import type { Schema } from '../schema.ts';
import { mostRadios } from './control.ts';
import { isBox } from './fill.ts';
import { askedOf, type Asked } from './shape.ts';
import { formTreeOf, type FormTree } from './tree.ts';

export interface UiSchemaOptions {
  /** The library that makes the form: react-jsonschema-form, or JSON Forms. */
  readonly for: 'rjsf' | 'json-forms';
}

/** What a library of forms is told beside the JSON Schema. */
export type UiSchema = Readonly<Record<string, unknown>>;

/**
 * How a library of forms shows the JSON Schema of `toJsonSchema`: the order of fields, buttons for few options, room for long
 * texts, and for JSON Forms the layout.
 *
 * @throws NO_JSON_SCHEMA
 */
export function toUiSchema(schema: Schema, options: UiSchemaOptions): UiSchema {
  const tree = formTreeOf(schema);
  if (options.for === 'json-forms') return layoutOf({ tree, above: [] }, tree.root, '#', undefined);
  return widgetsOf({ tree, above: [] }, tree.root, true);
}

interface Writer {
  readonly tree: FormTree;
  /** What the part is within; a part within itself is left to the library. */
  readonly above: readonly Node[];
}

/** Under a node, or undefined where the node was met before. */
function inside({ tree, above }: Writer, { node }: Asked): Writer | undefined {
  return above.includes(node) ? undefined : { tree, above: [...above, node] };
}

function widgetsOf(writer: Writer, node: unknown, isNeeded: boolean): UiSchema {
  const asked = askedOf(writer.tree, node);
  const { shape } = asked;
  const within = inside(writer, asked);
  if (within === undefined) return {};
  const under = (part: unknown, isPartNeeded = true): UiSchema => widgetsOf(within, part, isPartNeeded);
  // A value that may be nothing is one of two kinds to this library, and what is said here would be said of the choice.
  if (asked.isNullable) return {};
  switch (shape.kind) {
    case 'object': {
      const parts = shape.fields.map(({ key, node: part, isRequired }) => [key, under(part, isRequired)] as const);
      const told = parts.filter(([, part]) => Object.keys(part).length > 0);
      return { 'ui:order': shape.fields.map(({ key }) => key), ...Object.fromEntries(told) };
    }
    case 'list':
      return named('items', under(shape.item));
    case 'record':
      return named('additionalProperties', under(shape.value));
    case 'fixed':
      return { 'ui:readonly': true };
    default:
      return isLong(asked) ? { 'ui:widget': 'textarea' } : hasButtons(asked, isNeeded) ? { 'ui:widget': 'radio' } : {};
  }
}

function named(key: string, part: UiSchema): UiSchema {
  return Object.keys(part).length === 0 ? {} : { [key]: part };
}

function isLong({ shape, node }: Asked): boolean {
  return shape.kind === 'text' && Number(node['maxLength']) > 200;
}

function hasButtons({ shape, node, isNullable }: Asked, isNeeded: boolean): boolean {
  if (shape.kind === 'boolean') return !isBox({ isNeeded }, node, isNullable);
  return shape.kind === 'choice' && isNeeded && !isNullable && shape.options.length <= mostRadios;
}

/** A layout of JSON Forms; `scope` is where the part is in the JSON Schema. */
function layoutOf(writer: Writer, node: unknown, scope: string, label: string | undefined, isNeeded = true): UiSchema {
  const asked = askedOf(writer.tree, node);
  const { shape } = asked;
  const within = inside(writer, asked);
  const title = textOf(asked.node['title']) ?? label;
  const named = title === undefined ? {} : { label: title };
  if (shape.kind === 'object' && within !== undefined && !asked.isNullable) {
    const elements = shape.fields.map(({ key, node: part, isRequired }) =>
      layoutOf(within, part, `${scope}/properties/${pointer(key)}`, key, isRequired),
    );
    return { type: label === undefined ? 'VerticalLayout' : 'Group', ...named, elements };
  }
  const options = {
    ...(isLong(asked) && { multi: true }),
    ...(hasButtons(asked, isNeeded) && { format: 'radio' }),
    ...(shape.kind === 'list' && within !== undefined && detailOf(within, shape.item)),
  };
  return { type: 'Control', scope, ...named, ...(Object.keys(options).length > 0 && { options }) };
}

/** How one item of a list of objects is shown. */
function detailOf(writer: Writer, item: Node): UiSchema {
  const { shape } = askedOf(writer.tree, item);
  return shape.kind === 'object' ? { detail: layoutOf(writer, item, '#', undefined) } : {};
}

function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
