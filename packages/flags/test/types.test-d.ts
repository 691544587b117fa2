import { expectTypeOf } from 'vitest';
import { createFlags, memory } from '../src/index.ts';
import type { Evaluation, FlagValue } from '../src/index.ts';

const document = {
  flags: {
    'new-ui': { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' },
    color: { state: 'ENABLED', variants: { warm: 'red', cold: 'blue' }, defaultVariant: 'warm' },
    limit: { state: 'ENABLED', variants: { low: 10, high: 100 }, defaultVariant: 'low' },
    banner: { state: 'DISABLED', variants: { big: { height: 90 } }, defaultVariant: null },
  },
} as const;

const typed = await createFlags({ source: memory(document), schema: document });
expectTypeOf(typed.value('new-ui')).toEqualTypeOf<boolean | undefined>();
expectTypeOf(typed.value('new-ui', {}, false)).toEqualTypeOf<boolean>();
expectTypeOf(typed.value('color')).toEqualTypeOf<'red' | 'blue' | undefined>();
expectTypeOf(typed.value('color', {}, 'grey')).toEqualTypeOf<'red' | 'blue' | 'grey'>();
expectTypeOf(typed.handle('limit').value({}, 5)).toEqualTypeOf<10 | 100 | 5>();
expectTypeOf(typed.evaluate('banner').value).toEqualTypeOf<{ readonly height: 90 } | undefined>();
// @ts-expect-error -- no such flag
typed.value('new-uj');
// @ts-expect-error -- a fallback of another type
typed.value('new-ui', {}, 'yes');

// What the import of a JSON file gives: texts are not narrowed.
interface Imported {
  readonly flags: { readonly color: { readonly state: string; readonly variants: { warm: string; cold: string } } };
}
declare const imported: Imported;
const fromJson = await createFlags({ source: memory(imported), schema: imported });
expectTypeOf(fromJson.value('color', {}, 'grey')).toEqualTypeOf<string>();

const untyped = await createFlags({ source: memory('{"flags":{}}') });
expectTypeOf(untyped.value('anything')).toEqualTypeOf<FlagValue | undefined>();
expectTypeOf(untyped.value('anything', {}, false)).toEqualTypeOf<boolean>();
expectTypeOf(untyped.value('anything', {}, 'text')).toEqualTypeOf<string>();
expectTypeOf(untyped.evaluate('anything')).toEqualTypeOf<Evaluation>();
