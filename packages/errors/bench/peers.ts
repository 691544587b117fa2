// The peers, with the little of their types that the benchmark uses: not all of them bring types.
import { createRequire } from 'node:module';
import type * as Ours from '@seaworthy/errors';

const require = createRequire(import.meta.url);

type Make = (message: string, cause?: unknown) => Error;

/** Each makes an error with a code and a cause in the way its library is meant to be used. */
export interface Makers {
  readonly verror: Make;
  readonly modern: Make;
  readonly boom: Make;
  readonly httpErrors: Make;
  readonly fastify: Make;
  readonly effect: Make;
}

interface Effect {
  readonly Data: { TaggedError(tag: string): new (fields: object) => Error };
}

interface ModernErrors {
  readonly default: { subclass(name: string, options: object): new (message: string, options?: object) => Error };
}

type VErrorConstructor = new (options: object, format: string, message: string) => Error;
type FastifyCreate = (
  code: string,
  message: string,
  status: number,
) => new (message: string, options?: object) => Error;

export async function loadMakers(): Promise<Makers> {
  const VError: VErrorConstructor = require('verror');
  const boom: { paymentRequired(message: string, data?: unknown): Error } = require('@hapi/boom');
  const createHttpError: (status: number, message: string, properties: object) => Error = require('http-errors');
  const createFastifyError: FastifyCreate = require('@fastify/error');
  const { Data }: Effect = require('effect');
  const { default: ModernError }: ModernErrors = await import('modern-errors');
  const Modern = ModernError.subclass('CardDeclinedError', { props: { code: 'CARD_DECLINED' } });
  const Fastify = createFastifyError('CARD_DECLINED', '%s', 402);
  class Tagged extends Data.TaggedError('CardDeclined') {}
  return {
    verror: (message, cause) =>
      new VError({ name: 'CardDeclined', cause, info: { code: 'CARD_DECLINED' } }, '%s', message),
    modern: (message, cause) => new Modern(message, cause === undefined ? undefined : { cause }),
    boom: (message, cause) => boom.paymentRequired(message, { code: 'CARD_DECLINED', cause }),
    httpErrors: (message, cause) => createHttpError(402, message, { code: 'CARD_DECLINED', cause }),
    fastify: (message, cause) => new Fastify(message, cause === undefined ? undefined : { cause }),
    effect: (message, cause) => new Tagged({ message, cause, code: 'CARD_DECLINED' }),
  };
}

/** The built package, loaded a second time: as in a program where two dependencies have brought it. */
export async function loadCopy(): Promise<typeof Ours> {
  return await import(new URL('../dist/index.js', import.meta.url).href);
}

export interface SerializeError {
  readonly serializeError: (error: unknown) => object;
  readonly deserializeError: (data: unknown) => Error;
}

export async function loadSerializeError(): Promise<SerializeError> {
  return await import('serialize-error');
}
