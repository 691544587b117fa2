import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import { attempt, defineErrors, matchError } from '../src/index.ts';
import type { Attempt, ParamValue } from '../src/index.ts';

const Errors = defineErrors('billing', {
  CARD_DECLINED: { message: 'Card ending {last4} was declined by {bank}', sensitive: ['last4'] },
  QUOTA: { message: 'Quota of {limit} exceeded', params: z.object({ limit: z.number(), used: z.number() }) },
  EMPTY: { message: 'The basket is empty.' },
});

// Parameters are the placeholders, or what the schema says.
expectTypeOf(new Errors.CARD_DECLINED({ last4: '1', bank: 'A' }).params).toEqualTypeOf<{
  readonly last4: ParamValue;
  readonly bank: ParamValue;
}>();
expectTypeOf(new Errors.QUOTA({ limit: 1, used: 2 }).params).toEqualTypeOf<{ limit: number; used: number }>();
export const empty: unknown = new Errors.EMPTY();
// @ts-expect-error parameters are missing
export const none: unknown = new Errors.CARD_DECLINED();
// @ts-expect-error a parameter is missing
export const half: unknown = new Errors.CARD_DECLINED({ last4: '1' });
// @ts-expect-error a parameter has the wrong type
export const wrong: unknown = new Errors.QUOTA({ limit: '1', used: 2 });

// A placeholder that the schema lacks, a sensitive stranger and an unknown rpc code do not compile.
// @ts-expect-error {who} is not in the schema
defineErrors('a', { GONE: { message: 'gone {who}', params: z.object({ what: z.string() }) } });
// @ts-expect-error "pin" is not a parameter
defineErrors('a', { GONE: { message: 'gone {who}', sensitive: ['pin'] } });
// @ts-expect-error an option of this name does not exist
defineErrors('a', { GONE: { message: 'gone', httpstatus: 404 } });
// @ts-expect-error not a google.rpc code
defineErrors('a', { GONE: { message: 'gone', rpc: 'NOPE' } });

declare const value: unknown;
if (Errors.QUOTA.is(value)) expectTypeOf(value.params.used).toEqualTypeOf<number>();

// Matching is exhaustive and every case has its error's parameters.
const answer = matchError(value, Errors, {
  CARD_DECLINED: (error) => String(error.params.bank),
  QUOTA: (error) => error.params.used.toFixed(),
  EMPTY: () => 'empty',
});
expectTypeOf(answer).toEqualTypeOf<string>();
// @ts-expect-error the case EMPTY is missing
matchError(value, Errors, { CARD_DECLINED: () => 1, QUOTA: () => 2 });

expectTypeOf(attempt(() => 1)).toEqualTypeOf<Attempt<number>>();
expectTypeOf(attempt(async () => 1)).toEqualTypeOf<Promise<Attempt<number>>>();
expectTypeOf(
  attempt((): never => {
    throw value;
  }),
).toEqualTypeOf<Attempt<never>>();
