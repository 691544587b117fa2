import { setImmediate as nextTurn } from 'node:timers/promises';
import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { context } from '@seaworthy/logger';
import type { pino } from 'pino';
import winston from 'winston';
import type { Comparison, Side } from './harness.ts';
import { ours, pinoSame, winstonSame } from './subjects.ts';

const fields = { method: 'GET', path: '/orders/17', status: 200, durationMs: 12.5, cached: false };
// As requests have them: some fields are the same in all records, some in none.
const requests = Array.from({ length: 1024 }, (_, index) => ({
  ...fields,
  path: `/orders/${index}`,
  durationMs: index / 8 + 0.1,
}));
let request = 0;
const secrets = { user: { name: 'ada', token: 't0p' }, card: { number: '4242', month: 4 } };
const failure = new TypeError('Card was declined.', { cause: new RangeError('Amount 12 is over the limit of 10.') });
const recordsOfTurn = 500;

/** What both loggers can do. */
interface Both {
  readonly info: LogCall;
  readonly error: LogCall;
  readonly debug: LogCall;
  child(fields: object): Both;
}

interface LogCall {
  (message: string, more?: unknown): unknown;
  (fields: object, message: string): unknown;
}
type Action = (log: Both) => void;

const message: Action = (log) => void log.info('request completed');
const withFields: Action = (log) => void log.info(fields, 'request completed');
const withChangingFields: Action = (log) => void log.info(nextRequest(), 'request completed');
// At `info`, because an error is written at once by ours and not by pino in its fastest mode.
const withError: Action = (log) => void log.info(failure, 'charge failed');
const withSecrets: Action = (log) => void log.info(secrets, 'user paid');
const childAndLog: Action = (log) =>
  void log.child({ requestId: 'r-17', tenant: 'acme', region: 'eu' }).info('request completed');

export function disabledCases(): readonly Comparison[] {
  const mine = ours('/dev/null', 'adaptive');
  const peer = pinoSame('/dev/null', { sync: true }).log;
  const call = (log: Both) => repeat(() => void log.debug('not written', 1));
  return [
    {
      name: 'disabled level',
      peer: 'pino 10',
      ours: call(mine),
      theirs: call(peer),
      target: 1.2,
      better: 'lower',
      durability: { ours: 'nothing is written', peer: 'nothing is written' },
      count: 50_000,
    },
  ];
}

/** Every record is written before the call returns. */
export function recordCases(directory: string): readonly Comparison[] {
  const path = '/dev/null';
  const redact = ['card.number', 'user.token'];
  return [
    recordCase('message on /dev/null', path, 1.6, message),
    recordCase('message on a file', join(directory, 'record.log'), 1.3, message),
    recordCase('message and 5 fields on /dev/null', path, 1.6, withFields),
    recordCase('child with 3 bound fields on /dev/null', path, 1.6, message, { child: { a: 'one', b: 2, c: true } }),
    recordCase('child() and log on /dev/null', path, 1.6, childAndLog),
    recordCase('error with cause on /dev/null', path, 1.6, withError),
    recordCase('redaction of 2 paths on /dev/null', path, 1.6, withSecrets, { mine: { redact }, peer: { redact } }),
  ];
}

type RecordOptions = Pick<TurnCase, 'mine' | 'peer' | 'child'>;

function recordCase(
  name: string,
  path: string,
  target: number,
  action: Action,
  { mine: options, peer: peerOptions, child }: RecordOptions = {},
): Comparison {
  const root = ours(path, 'record', options);
  // A file each: ours takes more care of one that another process writes too.
  const { log } = pinoSame(path.startsWith('/dev/') ? path : `${path}.peer`, { sync: true }, peerOptions);
  const mine = child ? root.child(child) : root;
  const peer = child ? log.child(child) : log;
  const written = 'with the operating system when the call returns';
  return {
    name: `${name}, every record synchronous`,
    peer: 'pino 10, synchronous',
    ours: repeat(() => action(mine)),
    theirs: repeat(() => action(peer)),
    target,
    better: 'higher',
    durability: { ours: written, peer: written },
    count: 500,
  };
}

const keptAtExit = 'with the operating system at the end of the turn, all kept at exit';

interface TurnCase {
  readonly name: string;
  readonly target: number;
  readonly action: Action;
  readonly mine?: Parameters<typeof ours>[2];
  readonly peer?: pino.LoggerOptions;
  readonly child?: object;
}

const turns: readonly TurnCase[] = [
  { name: 'message', target: 3.5, action: message },
  { name: 'message and 5 fields', target: 3, action: withFields },
  { name: 'message and 5 fields of which 2 change', target: 3, action: withChangingFields },
  { name: 'child with 3 bound fields', target: 3.5, action: message, child: { a: 'one', b: 2, c: true } },
  { name: 'child() and log', target: 3.5, action: childAndLog },
  { name: 'error with cause', target: 1.5, action: withError },
];

/** Records are written together, many in one turn of the event loop. */
export function turnCases(): readonly Comparison[] {
  const path = '/dev/null';
  return [...turns.map((each) => turnCase(each, path)), redactCase(path), contextCase(path), oneByOneCase()];
}

function turnCase(each: TurnCase, path: string): Comparison {
  const root = ours(path, 'adaptive', each.mine);
  const peer = pinoSame(path, { sync: true, minLength: 4096 }, each.peer);
  const mine = each.child ? root.child(each.child) : root;
  const theirs = each.child ? peer.log.child(each.child) : peer.log;
  return {
    name: `${each.name}, ${recordsOfTurn} records a turn`,
    peer: 'pino 10, 4 KiB buffer',
    ours: inTurns(
      () => each.action(mine),
      recordsOfTurn,
      () => root.flushSync(),
    ),
    theirs: inTurns(() => each.action(theirs), recordsOfTurn, peer.flush),
    target: each.target,
    better: 'higher',
    durability: { ours: keptAtExit, peer: 'its fastest mode: up to 4 KiB stay in the process until it writes more' },
    count: 1000,
  };
}

function redactCase(path: string): Comparison {
  const redact = ['card.number', 'user.token'];
  return turnCase(
    { name: 'redaction of 2 paths', target: 3.5, action: withSecrets, mine: { redact }, peer: { redact } },
    path,
  );
}

function contextCase(path: string): Comparison {
  const storage = new AsyncLocalStorage<object>();
  const base = turnCase(
    {
      name: 'correlation id from AsyncLocalStorage',
      target: 3.5,
      action: message,
      peer: { mixin: () => storage.getStore() ?? {} },
    },
    path,
  );
  return {
    ...base,
    ours: (count) => context.run({ requestId: 'r-17' }, () => base.ours(count)),
    theirs: (count) => storage.run({ requestId: 'r-17' }, () => base.theirs(count)),
  };
}

function oneByOneCase(): Comparison {
  const mine = ours('/dev/null', 'adaptive');
  const peer = pinoSame('/dev/null', { sync: true });
  return {
    name: 'message, one record a turn',
    peer: 'pino 10, synchronous',
    ours: inTurns(
      () => message(mine),
      1,
      () => mine.flushSync(),
    ),
    theirs: inTurns(() => message(peer.log), 1, peer.flush),
    target: 1.1,
    better: 'higher',
    durability: { ours: keptAtExit, peer: 'with the operating system when the call returns' },
    count: 200,
  };
}

/** Comparisons with winston. */
export function transportCases(directory: string): readonly Comparison[] {
  const noop = () =>
    new winston.transports.Stream({ stream: process.stderr, log: (_info: unknown, next: () => void) => next() });
  const mine = ours('/dev/null', 'adaptive', { sinks: [], transports: [noop()] });
  const theirs = winstonSame(noop());
  const log = (logger: winston.Logger) => () => void logger.info('request completed', fields);
  return [
    {
      name: 'one winston transport that does nothing',
      peer: 'winston 3.19',
      ours: inTurns(log(mine), 10, () => undefined),
      theirs: inTurns(log(theirs), 10, () => undefined),
      target: 3.5,
      better: 'higher',
      durability: { ours: 'the record is with the transport', peer: 'the record is with the transport' },
      count: 1000,
    },
    fileCase(directory, 'message to a file', 10, (logger) => void logger.info('request completed')),
    fileCase(
      directory,
      'message and 5 fields to a file',
      10,
      (logger) => void logger.info('request completed', fields),
    ),
    // What is worked out anew for each record takes both sides the same time, and so more of ours.
    fileCase(
      directory,
      'message and 5 fields of which 2 change to a file',
      5,
      (logger) => void logger.info('request completed', nextRequest()),
    ),
  ];
}

function fileCase(
  directory: string,
  name: string,
  target: number,
  action: (logger: winston.Logger) => void,
): Comparison {
  const paths = [join(directory, `ours ${name}.log`), join(directory, `winston ${name}.log`)] as const;
  const mine = ours(paths[0], 'adaptive');
  const transport = new winston.transports.File({ filename: paths[1] });
  const theirs = winstonSame(transport);
  const written = countingWrites(transport);
  return {
    name: `${name}, 500 records a turn`,
    peer: 'winston 3.19',
    ours: inTurns(
      () => action(mine),
      recordsOfTurn,
      () => mine.flushSync(),
    ),
    theirs: inTurns(() => action(theirs), recordsOfTurn, written),
    target,
    better: 'higher',
    durability: { ours: keptAtExit, peer: 'in the stream of its transport, lost at exit' },
    count: 1000,
    // Files that grew for the whole run would measure how fast the disk is: the same for both, and several times slower.
    prepare: () => paths.filter((path) => existsSync(path)).forEach((path) => truncateSync(path)),
  };
}

/**
 * Waits until the file has what the transport was given. The transport says of each record that it is logged when its own
 * stream has taken it; up to 64 KiB are then still on their way to the file, and would be written in the time of ours.
 */
function countingWrites(transport: winston.transport): (count: number) => Promise<void> {
  const records = { logged: 0, wanted: 0 };
  transport.on('logged', () => (records.logged += 1));
  const isWritten = (): boolean => records.logged >= records.wanted && fileStreamOf(transport).writableLength === 0;
  return async (count) => {
    records.wanted += count;
    while (!isWritten()) await nextTurn();
  };
}

/** The stream to the file, which winston's transport promises nobody: without it there is nothing to wait for. */
function fileStreamOf(transport: winston.transport): Writable {
  const stream: unknown = Reflect.get(transport, '_dest');
  if (stream instanceof Writable) return stream;
  throw new TypeError("winston's File transport no longer keeps its stream in _dest: look for it anew");
}

function nextRequest(): object {
  request = (request + 1) % requests.length;
  return requests[request] as object;
}

function repeat(action: () => void): Side {
  return (count) => {
    for (let index = 0; index < count; index += 1) action();
  };
}

function inTurns(action: () => void, perTurn: number, flush: (count: number) => void | Promise<void>): Side {
  return async (count) => {
    for (let done = 0; done < count; done += perTurn) {
      for (let index = 0; index < perTurn; index += 1) action();
      await nextTurn();
    }
    await flush(count);
  };
}
