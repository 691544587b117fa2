import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { collect, defineErrors, fromJSON, toJSON, type ErrorKind } from '@seaworthy/errors';
import type * as Ours from '@seaworthy/errors';
import type { Comparison, Side } from './harness.ts';
import { loadCopy, loadMakers, loadSerializeError, type Makers, type SerializeError } from './peers.ts';

const Errors = defineErrors('bench', {
  CARD_DECLINED: {
    message: 'Card ending {last4} was declined by {bank}',
    httpStatus: 402,
    help: 'Ask for another card.',
  },
  QUOTA: { message: 'Quota of {limit} exceeded by {used}', rpc: 'RESOURCE_EXHAUSTED', stack: false },
  BAD_KEY: { message: 'Unknown key {key}' },
});

const params = { last4: '4242', bank: 'Acme' };
const text = (): string => `Card ending ${params.last4} was declined by ${params.bank}`;
const ourError = (): Error => new Errors.CARD_DECLINED(params);
const nativeError = (): Error => new Error(text());

/** Every case, in the order in which they are told. */
export async function cases(): Promise<readonly Comparison[]> {
  const makers = await loadMakers();
  return [
    ...creation(makers),
    ...serialisation(makers),
    ...recognition(await loadCopy()),
    collection(),
    transfer(await loadSerializeError()),
  ];
}

class HandWritten extends Error {
  readonly code: string;
  constructor(message: string) {
    super(message);
    this.name = 'HandWritten';
    this.code = 'CARD_DECLINED';
  }
}

/**
 * Throws what `make` makes, 12 frames deep, catches it and, when asked, uses it. Built from text, so that every side
 * has functions of its own: shared ones would be compiled for all sides at once, to the loss of the first.
 */
function throwing(make: () => Error, use: (error: Error) => unknown = (error) => error): Side {
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is above
  const build = new Function(
    'make',
    'use',
    `function dive(depth) { if (depth === 0) throw make(); return dive(depth - 1) + 1; }
     return (count) => {
       let last;
       for (let index = 0; index < count; index += 1) { try { dive(12) } catch (error) { last = use(error); } }
       return last;
     };`,
  );
  return build(make, use);
}

const quotaParams = { limit: 100, used: 101 };

function creation(makers: Makers): readonly Comparison[] {
  return [
    {
      name: 'create + throw + catch',
      ours: throwing(ourError),
      gives: 'code, parameters, status, mark, template rendered',
      count: 200,
      peers: [
        { name: 'native Error', run: throwing(nativeError), gives: 'message only', target: 1.2 },
        { name: 'hand-written class', run: throwing(() => new HandWritten(text())), gives: 'code' },
        { name: 'effect', run: throwing(() => makers.effect(text())), gives: 'tag and fields' },
        { name: 'http-errors', run: throwing(() => makers.httpErrors(text())), gives: 'code, status' },
        { name: '@fastify/error', run: throwing(() => makers.fastify(text())), gives: 'code, status' },
        { name: '@hapi/boom', run: throwing(() => makers.boom(text())), gives: 'code, status, HTTP payload' },
        { name: 'verror', run: throwing(() => makers.verror(text())), gives: 'name, info' },
        { name: 'modern-errors', run: throwing(() => makers.modern(text())), gives: 'code, properties' },
      ],
    },
    {
      name: 'create + throw + catch, stack: false',
      ours: throwing(() => new Errors.QUOTA(quotaParams)),
      gives: 'code, parameters, status, mark, no stack',
      count: 400,
      peers: [
        {
          name: 'native Error',
          run: throwing(() => new Error(`Quota of ${quotaParams.limit} exceeded by ${quotaParams.used}`)),
          gives: 'message and stack',
          target: 0.6,
        },
      ],
    },
  ];
}

const bareJson = ({ name, message, stack }: Error): string => JSON.stringify({ name, message, stack });
const httpJson = (error: Error): string =>
  JSON.stringify(Object.assign({ message: error.message, stack: error.stack }, error));

function serialisation(makers: Makers): readonly Comparison[] {
  return [
    {
      name: 'serialise with stack',
      ours: throwing(ourError, (error) => JSON.stringify(toJSON(error))),
      gives: 'bounded, redacted, reads back as the same class',
      count: 50,
      peers: [
        { name: 'native Error', run: throwing(nativeError, bareJson), gives: 'name, message, stack', target: 1.2 },
        {
          name: '@fastify/error',
          run: throwing(() => makers.fastify(text()), httpJson),
          gives: 'code, message, stack',
        },
        {
          name: '@hapi/boom',
          run: throwing(() => makers.boom(text()), httpJson),
          gives: 'HTTP payload, message, stack',
        },
      ],
    },
    {
      name: 'three-cause chain',
      ours: throwing(chained((cause) => new Errors.CARD_DECLINED(params, { cause }))),
      gives: 'three of our errors in a chain',
      count: 100,
      peers: [
        {
          name: 'native Error, one',
          run: throwing(nativeError),
          gives: 'no chain: the unit of the target',
          target: 3.7,
        },
        {
          name: 'native chain',
          run: throwing(chained((cause) => new Error(text(), { cause }))),
          gives: 'messages only',
        },
        { name: 'verror', run: throwing(chained((cause) => makers.verror(text(), cause))), gives: 'names, info' },
        {
          name: 'modern-errors',
          run: throwing(chained((cause) => makers.modern(text(), cause))),
          gives: 'merged messages',
        },
      ],
    },
  ];
}

function chained(make: (cause?: unknown) => Error): () => Error {
  return () => make(make(make()));
}

const recognised = {
  DECLINED: { message: 'Card {last4} was declined' },
  EXPIRED: { message: 'Card {last4} has expired' },
  LIMIT: { message: 'Limit of {limit} reached' },
  CLOSED: { message: 'The account is closed' },
  LOCKED: { message: 'The account is locked' },
  STALE: { message: 'The page is stale' },
} as const;

/** What catch blocks meet: our errors of several kinds, also of another copy of the package, foreign errors, other values. */
function thrownValues(ours: readonly ErrorKind[], copies: readonly ErrorKind[]): readonly unknown[] {
  const made = [...ours.slice(0, 4), ...copies.slice(0, 2)].map((kind) => Reflect.construct(kind, [{}]));
  const system = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const foreign = [nativeError(), new TypeError('x'), new RangeError('x'), system];
  return [...made, ...foreign, { code: 'x' }, 'text', null, undefined, 3];
}

/** Pairs of a class and a value in a mixed order, so that neither is known in advance. */
function pairs(kinds: readonly ErrorKind[], values: readonly unknown[]): { kinds: ErrorKind[]; values: unknown[] } {
  const indexes = Array.from({ length: 256 }, (_, index) => index);
  return {
    kinds: indexes.flatMap((index) => kinds[(index * 7 + (index >> 4)) % kinds.length] ?? []),
    values: indexes.map((index) => values[(index * 11 + (index >> 3)) % values.length]),
  };
}

/** The same loop for both sides, from text: each has functions, and what the compiler learns of them, of its own. */
function recognising(test: string, kinds: readonly ErrorKind[], values: readonly unknown[]): Side {
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is ours
  const build = new Function(
    'kinds',
    'values',
    `return (count) => {
       let found = 0;
       for (let index = 0; index < count; index += 1) {
         const kind = kinds[index & 255];
         const value = values[index & 255];
         if (${test}) found += 1;
       }
       return found;
     };`,
  );
  const mixed = pairs(kinds, values);
  return build(mixed.kinds, mixed.values);
}

function recognition(copy: typeof Ours): readonly Comparison[] {
  const ours: readonly ErrorKind[] = Object.values(defineErrors('bench.recognised', recognised));
  const values = thrownValues(ours, Object.values(copy.defineErrors('bench.recognised', recognised)));
  const gives = 'true also for an error of another copy of the package';
  const compared = (name: string, kinds: readonly ErrorKind[], target?: number): Comparison => ({
    name,
    ours: recognising('kind.is(value)', kinds, values),
    gives,
    count: 16_384,
    peers: [
      {
        name: 'instanceof',
        run: recognising('value instanceof kind', kinds, values),
        gives: 'false between copies',
        ...(target === undefined ? {} : { target }),
      },
    ],
  });
  return [
    compared('is()', ours, 0.3),
    // Nothing to hold: when V8 knows the class, instanceof is a comparison of two addresses.
    compared('is(), one class in the whole loop', ours.slice(0, 1)),
  ];
}

const lines = Array.from({ length: 1_000 }, (_, index) => ({ key: `key${index}`, line: index + 1 }));

function collection(): Comparison {
  return {
    name: '1,000 collected problems',
    ours: repeated(() => {
      const found = collect(Errors);
      for (const { key, line } of lines) found.add('BAD_KEY', { key }, { file: 'app.yaml', line, column: 1 });
      return caught(() => found.throwIfAny());
    }),
    gives: 'one error with all problems, located; messages rendered when they are read',
    better: 'higher',
    count: 400,
    leavesMuch: true,
    peers: [
      {
        name: 'AggregateError',
        run: repeated(
          () =>
            new AggregateError(
              lines.map(({ key }) => new Error(`Unknown key ${key}`)),
              'invalid',
            ),
        ),
        gives: '1,000 errors with a stack each, not located',
        count: 8,
        target: 50,
      },
    ],
  };
}

function repeated(run: () => unknown): Side {
  return (count) => {
    for (let index = 0; index < count; index += 1) run();
  };
}

function caught(run: () => void): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

function transfer({ serializeError, deserializeError }: SerializeError): Comparison {
  const error = new Errors.CARD_DECLINED(params, { cause: new TypeError('socket closed') });
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  port2.unref();
  const travel = (data: unknown): unknown => {
    port1.postMessage(data);
    return receiveMessageOnPort(port2)?.message;
  };
  return {
    name: 'worker transfer',
    ours: repeated(() => fromJSON(travel(toJSON(error)), Errors)),
    gives: 'class, parameters of any kind, cause and stack come back; sensitive parameters stay behind',
    count: 50,
    peers: [
      {
        name: 'serialize-error',
        run: repeated(() => deserializeError(travel(serializeError(error)))),
        gives: 'the class is lost',
        target: 0.5,
      },
    ],
  };
}
