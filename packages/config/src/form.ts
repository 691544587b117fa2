import type { JsonSchema, LeafDefinition } from './leaf.ts';
import { throughJson } from './plain.ts';
import { inputOf, type Resolved, type Values } from './resolve.ts';
import { isSecret } from './secret.ts';
import type { CompiledShape, Entry } from './shape.ts';
import { replaceOthers, splitHumps } from './words.ts';

/** How a field is entered: `json` is a text area for a value that no simple control fits. */
export type FormControl = 'text' | 'number' | 'checkbox' | 'select' | 'password' | 'list' | 'json';

/** One field of a web form; everything in it is plain JSON. */
export interface FormField {
  /** The dotted key, which is also the path in a patch for `update`. */
  readonly key: string;
  /** The last part of the key in words: `Pool max`. */
  readonly label: string;
  readonly control: FormControl;
  readonly required: boolean;
  /** False when a change needs a restart: `update` refuses it. */
  readonly editable: boolean;
  readonly description?: string;
  /** What the field starts with when nothing is set; never there for a secret. */
  readonly default?: unknown;
  /** The value in force; never there for a secret, or before loading. */
  readonly value?: unknown;
  /** Whether a secret has a value, once loaded. */
  readonly isSet?: boolean;
  /** For `select`. */
  readonly choices?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** For `number`: 1 for whole numbers. */
  readonly step?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** The fields of one group of the shape. */
export interface FormSection {
  /** The dotted key of the group; empty for the outermost. */
  readonly key: string;
  readonly label: string;
  readonly fields: readonly FormField[];
}

/** Everything a web form needs to show and edit a configuration. */
export function formModel(shape: CompiledShape, values?: Values): readonly FormSection[] {
  const sections = new Map<string, FormField[]>();
  for (const entry of shape.entries.values()) {
    const group = entry.path.slice(0, -1).join('.');
    const fields = sections.get(group) ?? [];
    sections.set(group, fields);
    fields.push(fieldOf(entry, values));
  }
  return Array.from(sections, ([key, fields]) => ({ key, label: inWords(key.split('.').at(-1) ?? ''), fields }));
}

function fieldOf({ key, path, leaf }: Entry, values: Values | undefined): FormField {
  const { description, fallback, developmentOnly, optional, acceptsMissing, secret, reloadable } = leaf;
  const schema = leaf.json();
  return {
    key,
    label: inWords(path.at(-1) ?? key),
    control: controlOf(leaf, schema),
    required: (fallback === undefined || developmentOnly === true) && !optional && acceptsMissing !== true,
    editable: reloadable,
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined || secret ? {} : plain('default', fallback.raw)),
    ...valueOf(leaf, values?.get(key), values !== undefined),
    ...limitsOf(schema),
  };
}

function valueOf(
  { secret }: LeafDefinition<unknown>,
  resolved: Resolved | undefined,
  isLoaded: boolean,
): Partial<FormField> {
  if (!isLoaded) return {};
  const value = resolved?.value;
  if (secret || isSecret(value)) return { isSet: value !== undefined };
  return plain('value', resolved && inputOf(resolved));
}

/** What a patch may have in its place; left out when there is nothing that JSON has. */
function plain(name: 'default' | 'value', value: unknown): Partial<FormField> {
  const shown = throughJson(value);
  return shown === undefined ? {} : { [name]: shown };
}

const controls: Readonly<Record<string, FormControl>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'checkbox',
};

function controlOf({ secret }: LeafDefinition<unknown>, { type, enum: choices, items }: JsonSchema): FormControl {
  if (secret) return 'password';
  if (Array.isArray(choices)) return 'select';
  if (type === 'array') return isTextItem(items) ? 'list' : 'json';
  // A duration is a number or text such as 30s.
  if (Array.isArray(type)) return type.includes('string') ? 'text' : 'json';
  return controls[String(type)] ?? 'json';
}

function isTextItem(items: unknown): boolean {
  return typeof items === 'object' && items !== null && Reflect.get(items, 'type') === 'string';
}

function limitsOf(schema: JsonSchema): Partial<FormField> {
  const limits: Record<string, unknown> = {};
  for (const name of ['minimum', 'maximum', 'minLength', 'maxLength', 'pattern']) {
    if (schema[name] !== undefined) limits[name] = schema[name];
  }
  if (schema['type'] === 'integer') limits['step'] = 1;
  if (Array.isArray(schema['enum'])) limits['choices'] = schema['enum'];
  return limits;
}

/** `dataDir` gives `Data dir`. */
function inWords(name: string): string {
  const words = replaceOthers(splitHumps(name, ' '), ' ');
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}
