import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpenFeature, type Client, type EvaluationDetails, type JsonValue } from '@openfeature/server-sdk';
import { afterAll, expect, test } from 'vitest';
import { createFlags, memory } from '../../src/index.ts';
import type { FlagDefinition } from '../../src/index.ts';
import { expectCases, readJson, withData } from './data.ts';
import { readFeature, type Step } from './gherkin.ts';

// OpenFeature's evaluation features (`evaluation_v2.feature`), with their flags in flagd's format, through the server SDK.
// Left out, each with its reason: what asks about states and hooks of the SDK alone, for a cache, for words of a message, and
// for flags that are not in the suite's set.

interface SuiteFlag {
  readonly variants: FlagDefinition['variants'];
  readonly defaultVariant?: string | null;
  readonly flagMetadata?: FlagDefinition['metadata'] | null;
  readonly contextEvaluator?: string;
}

interface World {
  readonly flags: Readonly<Record<string, SuiteFlag>>;
  readonly client: Client;
  readonly context: Record<string, string | number | boolean | null>;
  asked: { readonly type: string; readonly key: string; readonly fallback: string };
  details: EvaluationDetails<JsonValue> | undefined;
}

/** Why a scenario cannot be asked of flags. */
class Excluded extends Error {}

withData('flags/openfeature', (directory) => {
  const flags: World['flags'] = readJson(join(directory, 'test-flags.json'));
  const scenarios = readFeature(readFileSync(join(directory, 'evaluation_v2.feature'), 'utf8'));
  expectCases("OpenFeature's evaluation features", scenarios.length, 60);
  afterAll(() => OpenFeature.close());
  for (const [index, { name, steps }] of scenarios.entries()) {
    test(`${index} ${name}`, async (context) => {
      await using own = await createFlags({ source: memory(documentOf(flags)) });
      await OpenFeature.setProviderAndWait(own.openfeature());
      const asked = { type: '', key: '', fallback: '' };
      const world: World = { flags, client: OpenFeature.getClient(), context: {}, asked, details: undefined };
      try {
        for (const step of steps) await take(step, world);
        expect(world.details).toBeDefined();
      } catch (error) {
        if (error instanceof Excluded) context.skip(error.message);
        throw error;
      }
    });
  }
});

function documentOf(flags: World['flags']): { readonly flags: Record<string, FlagDefinition> } {
  const all = Object.entries(flags).map(([key, flag]): [string, FlagDefinition] => {
    const { variants, defaultVariant, flagMetadata, contextEvaluator } = flag;
    const targeting = contextEvaluator === undefined ? undefined : ruleOf(contextEvaluator);
    return [
      key,
      {
        state: 'ENABLED',
        variants,
        ...(defaultVariant !== undefined && { defaultVariant }),
        ...(targeting && { targeting }),
        ...(flagMetadata && { metadata: flagMetadata }),
      },
    ];
  });
  return { flags: Object.fromEntries(all) };
}

/** The suite's rules are `name == 'text' ? 'variant' : ''` and `!name ? 'variant' : ''`. */
function ruleOf(written: string): object {
  const [, no, name, text, variant] = /^(!?)(\w+)(?: == '([^']*)')? \? '([^']*)' : ''$/.exec(written) ?? [];
  if (name === undefined) throw new Error(`The suite has a rule of a new kind: ${written}`);
  const condition = no === '!' ? { '===': [{ var: name }, false] } : { '==': [{ var: name }, text] };
  return { if: [condition, variant, null] };
}

const words = '"((?:[^"\\\\]|\\\\.)*)"';
const meanings: readonly (readonly [RegExp, (world: World, found: readonly string[], step: Step) => unknown])[] = [
  [/^a stable provider$/, () => {}],
  [
    new RegExp(`^an? (\\w+)-flag with key ${words} and a default value ${words}$`),
    (world, [type = '', key = '', fallback = '']) => (world.asked = { type, key, fallback }),
  ],
  [
    new RegExp(`^a context containing a key ${words}, with type ${words} and with value ${words}$`),
    ({ context }, [key = '', type = '', value = '']) => (context[key] = contextValue(type, value)),
  ],
  [
    new RegExp(`^a context containing a key ${words} with null value$`),
    ({ context }, [key = '']) => (context[key] = null),
  ],
  [/^the flag was evaluated with details$/, async (world) => (world.details = await evaluate(world))],
  [
    new RegExp(`^the resolved details value should be ${words}$`),
    ({ asked, details }, [value = '']) => expect(details?.value).toEqual(valueOf(asked.type, value)),
  ],
  [
    new RegExp(`^the reason should be ${words}$`),
    ({ details }, [reason = '']) => expectReason(details?.reason, reason),
  ],
  [new RegExp(`^the error-code should be ${words}$`), ({ details }, [code]) => expect(details?.errorCode).toBe(code)],
  [new RegExp(`^the variant should be ${words}$`), ({ details }, [variant]) => expect(details?.variant).toBe(variant)],
  [new RegExp(`^the flag key should be ${words}$`), ({ details }, [key]) => expect(details?.flagKey).toBe(key)],
  [
    /^the resolved metadata should contain$/,
    ({ details }, _found, { table }) => {
      const expected = table.map(({ key = '', metadata_type = '', value = '' }) => [
        key,
        valueOf(metadata_type, value),
      ]);
      expect(details?.flagMetadata).toEqual(Object.fromEntries(expected));
    },
  ],
];

async function take(step: Step, world: World): Promise<void> {
  for (const [pattern, act] of meanings) {
    const [whole, ...found] = pattern.exec(step.text) ?? [];
    if (whole === undefined) continue;
    await act(
      world,
      found.map((text) => text.replaceAll('\\"', '"')),
      step,
    );
    return;
  }
  throw new Excluded(`it is about the SDK or about words, not about flags: ${step.text}`);
}

function expectReason(reason: string | undefined, expected: string): void {
  if (expected === 'CACHED') throw new Excluded('nothing is cached: the flags are in the process');
  expect(reason).toBe(expected);
}

function evaluate({ client, flags, context, asked }: World): Promise<EvaluationDetails<JsonValue>> {
  const { type, key, fallback } = asked;
  // The suite has this one, which is absent on purpose, and names some that its set does not have.
  if (!Object.hasOwn(flags, key) && key !== 'non-existent-flag') {
    throw new Excluded(`the suite's flags have no "${key}"`);
  }
  const value = valueOf(type, fallback);
  if (typeof value === 'boolean') return client.getBooleanDetails(key, value, context);
  if (typeof value === 'number') return client.getNumberDetails(key, value, context);
  return typeof value === 'string'
    ? client.getStringDetails(key, value, context)
    : client.getObjectDetails(key, value, context);
}

function valueOf(type: string, text: string): JsonValue {
  return type === 'String' ? text : (JSON.parse(text) as JsonValue);
}

function contextValue(type: string, text: string): string | number | boolean {
  if (type === 'Boolean') return text === 'true';
  return type === 'String' ? text : Number(text);
}
