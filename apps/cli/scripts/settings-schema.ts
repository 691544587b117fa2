import { defineSettings } from '../src/config/settings.ts';
import { suppressionRule } from '../src/engine/suppressions/rule.ts';

/** The JSON Schema of `seaworthy.config.json`, made from the settings and the rules themselves. */
export function settingsSchema(rules: readonly { readonly id: string; readonly title: string }[]): object {
  const schema = defineSettings().jsonSchema();
  const known = [suppressionRule, ...rules].map(({ id, title }) => [id, { ...setting, description: title }]);
  return {
    ...schema,
    title: 'Settings of seaworthy',
    $defs: { setting: { enum: ['off', 'error', 'warning', 'info'] } },
    properties: {
      ...Object(schema['properties']),
      rules: {
        type: 'object',
        description: 'What a rule is set to, by its id.',
        properties: Object.fromEntries(known),
        // Packs of others bring rules of their own.
        additionalProperties: setting,
      },
    },
  };
}

const setting = { $ref: '#/$defs/setting' } as const;
