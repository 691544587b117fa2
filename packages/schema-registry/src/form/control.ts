import type { Node } from '../emit/tree.ts';
import type { Option } from './shape.ts';
import { element, type Markup } from './markup.ts';

/** What every control of a field has. */
export interface Attributes {
  readonly id: string;
  readonly name: string;
  readonly 'aria-describedby'?: string | undefined;
  readonly 'aria-invalid'?: 'true' | undefined;
  readonly required?: boolean;
}

const textTypes: Readonly<Record<string, string>> = {
  email: 'email',
  uri: 'url',
  url: 'url',
  date: 'date',
};

/** More options than these are in a list to choose from. */
export const mostRadios = 4;

export function textControl(node: Node, attributes: Attributes, text: string): Markup {
  const { minLength, maxLength, format } = node;
  const bounds = { minlength: bound(minLength), maxlength: bound(maxLength) };
  // A field of one line would lose the ends of lines.
  if (text.includes('\n') || Number(maxLength) > 200) {
    return element('textarea', { ...attributes, ...bounds, rows: 4 }, `\n${text}`);
  }
  const type = textTypes[String(format)] ?? 'text';
  const pattern = type === 'text' ? patternOf(node['pattern']) : undefined;
  return element('input', { type, ...attributes, ...bounds, pattern, value: text });
}

function bound(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** An expression that a browser reads as JSON Schema does: it has to match the whole text there. */
function patternOf(pattern: unknown): string | undefined {
  if (typeof pattern !== 'string') return undefined;
  const whole = /^\^(?<inside>[^|]*)\$$/.exec(pattern)?.groups?.['inside'] ?? `[\\s\\S]*(?:${pattern})[\\s\\S]*`;
  try {
    return new RegExp(`^(?:${whole})$`, 'v').source === '' ? undefined : whole;
  } catch {
    return undefined;
  }
}

export function numberControl(node: Node, attributes: Attributes, text: string): Markup {
  const isInteger = node['type'] === 'integer';
  const step = typeof node['multipleOf'] === 'number' ? node['multipleOf'] : isInteger ? 1 : 'any';
  const min = limit(node['minimum'], node['exclusiveMinimum'], isInteger ? 1 : 0);
  const max = limit(node['maximum'], node['exclusiveMaximum'], isInteger ? -1 : 0);
  // What is no number would not be shown again by a field for numbers.
  const type = text === '' || Number.isFinite(Number(text)) ? 'number' : 'text';
  const bounds = type === 'number' ? { min, max, step } : {};
  return element('input', {
    type,
    inputmode: isInteger ? 'numeric' : 'decimal',
    ...attributes,
    ...bounds,
    value: text,
  });
}

function limit(inclusive: unknown, exclusive: unknown, next: number): number | undefined {
  const found =
    typeof inclusive === 'number' ? inclusive : typeof exclusive === 'number' ? exclusive + next : undefined;
  return found === undefined || Math.abs(found) >= Number.MAX_SAFE_INTEGER - 1 ? undefined : found;
}

export function momentControl(attributes: Attributes, text: string): Markup {
  const isLocal = text === '' || /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?$/.test(text);
  return element('input', {
    type: isLocal ? 'datetime-local' : 'text',
    ...attributes,
    ...(isLocal && { step: 'any' }),
    value: text,
  });
}

export function selectControl(
  options: readonly Pick<Option, 'text' | 'label'>[],
  attributes: Attributes,
  { text, blank }: { readonly text: string; readonly blank: string },
): Markup {
  return element(
    'select',
    { ...attributes },
    element('option', { value: '', selected: text === '' }, blank),
    options.map((option) => element('option', { value: option.text, selected: option.text === text }, option.label)),
  );
}

export function boxControl(attributes: Attributes, value: string, isChecked: boolean): Markup {
  return element('input', { type: 'checkbox', ...attributes, value, checked: isChecked });
}
