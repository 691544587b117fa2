import { assert, property } from 'fast-check';
import { toUiSchema } from '../src/form.ts';
import { toJsonSchema } from '../src/index.ts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { anySample } from './arbitrary-schemas.ts';
import { json, kinds, tree } from './emitted.ts';

const order = z.object({
  id: z.string(),
  speed: z.enum(['slow', 'fast']),
  country: z.enum(['DE', 'FR', 'GB', 'IT', 'US']),
  note: z.string().max(1_000).optional(),
  isGift: z.boolean().optional(),
  address: z.object({ 'city/town': z.string().meta({ title: 'City' }) }),
  lines: z.array(z.object({ sku: z.string(), text: z.string().max(500) })),
});

test('react-jsonschema-form is told the order, buttons and room for long texts', () => {
  expect(toUiSchema(order, { for: 'rjsf' })).toEqual({
    'ui:order': ['id', 'speed', 'country', 'note', 'isGift', 'address', 'lines'],
    speed: { 'ui:widget': 'radio' },
    note: { 'ui:widget': 'textarea' },
    isGift: { 'ui:widget': 'radio' },
    address: { 'ui:order': ['city/town'] },
    lines: { items: { 'ui:order': ['sku', 'text'], text: { 'ui:widget': 'textarea' } } },
  });
});

test('JSON Forms is told a layout with a control for each field', () => {
  expect(toUiSchema(order, { for: 'json-forms' })).toEqual({
    type: 'VerticalLayout',
    elements: [
      { type: 'Control', scope: '#/properties/id', label: 'id' },
      { type: 'Control', scope: '#/properties/speed', label: 'speed', options: { format: 'radio' } },
      { type: 'Control', scope: '#/properties/country', label: 'country' },
      { type: 'Control', scope: '#/properties/note', label: 'note', options: { multi: true } },
      { type: 'Control', scope: '#/properties/isGift', label: 'isGift', options: { format: 'radio' } },
      {
        type: 'Group',
        label: 'address',
        elements: [{ type: 'Control', scope: '#/properties/address/properties/city~1town', label: 'City' }],
      },
      {
        type: 'Control',
        scope: '#/properties/lines',
        label: 'lines',
        options: {
          detail: {
            type: 'VerticalLayout',
            elements: [
              { type: 'Control', scope: '#/properties/sku', label: 'sku' },
              { type: 'Control', scope: '#/properties/text', label: 'text', options: { multi: true } },
            ],
          },
        },
      },
    ],
  });
});

/** What a scope leads to. */
function partAt(schema: unknown, scope: string): unknown {
  return scope
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (node, key) => (Object(node) === node ? Object.entries(node as object) : []).find(([name]) => name === key)?.[1],
      schema,
    );
}

interface Element {
  readonly type: string;
  readonly scope?: string;
  readonly elements?: readonly Element[];
}

function scopesIn({ scope, elements = [] }: Element): readonly string[] {
  return [...(scope === undefined ? [] : [scope]), ...elements.flatMap(scopesIn)];
}

describe('for any schema', () => {
  test('each scope leads to a part of its JSON Schema', () => {
    assert(
      property(anySample, ({ schema }) => {
        const document = toJsonSchema(schema);
        for (const scope of scopesIn(toUiSchema(schema, { for: 'json-forms' }) as unknown as Element)) {
          expect(partAt(document, scope)).toBeDefined();
        }
      }),
    );
  });

  test('it ends, also for schemas that contain themselves', () => {
    for (const schema of [...Object.values<z.ZodType>(kinds), tree, json]) {
      expect(JSON.stringify(toUiSchema(schema, { for: 'rjsf' })).length).toBeLessThan(10_000);
      expect(JSON.stringify(toUiSchema(schema, { for: 'json-forms' })).length).toBeLessThan(10_000);
    }
  });
});
