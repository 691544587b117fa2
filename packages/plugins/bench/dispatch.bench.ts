// What does it cost to call the listeners of plugins? Peers get listeners in a try/catch, so that one that throws reaches
// nobody else, as ours do by themselves; what they cost without it is printed too, as a row without a target.
import { EventEmitter } from 'node:events';
import { createHooks } from 'hookable';
import { AsyncSeriesHook, SyncHook } from 'tapable';
import { createPluginHost, hooks, inline } from '../src/index.ts';
import { compare } from './harness.ts';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 15 : 151;
const hookCount = 16;
const calls = isQuick ? 300 : 1_000;

interface Payload {
  readonly count: number;
}
type Listen = (payload: Payload) => void;

let sum = 0;
let failures = 0;
const payload: Payload = { count: 3 };
const names = Array.from({ length: hookCount }, (_, index) => `hook ${index}`);

/** Five listeners that each do a little of something else. */
const makers: readonly (() => Listen)[] = [
  () => (given) => void (sum += given.count),
  () => (given) => void (sum ^= given.count),
  () => () => void (sum = (sum + 1) | 0),
  () => (given) => {
    if (given.count > 1e9) sum = 0;
  },
  () => (given) => void (sum -= given.count),
];
const listeners = (count: number): readonly Listen[] =>
  Array.from({ length: count }, (_, index) => makers[index % makers.length]?.() ?? (() => {}));

function isolated(listener: Listen): Listen {
  return (given) => {
    try {
      listener(given);
    } catch {
      failures += 1;
    }
  };
}

const events = names.map((name) => hooks.notify<Payload>(name));
const series = names.map((name) => hooks.series<Payload>(`series of ${name}`));
const plugin = {
  onInit(ctx: Parameters<NonNullable<Parameters<typeof inline>[0][number]['plugin']['onInit']>>[0]) {
    for (const ref of events) for (const listener of listeners(5)) ctx.on(ref, listener);
    for (const ref of series) for (const listener of listeners(10)) ctx.on(ref, listener);
  },
};
const host = await createPluginHost({ sources: [inline([{ manifest: { id: 'bench' }, plugin }])] });
await host.start();

const emitters = events.map((ref) => host.emitter(ref));
await compare({
  name: 'notify 16 hooks of 5 listeners, one that throws reaches nobody else',
  unit: 'ns each hook',
  ours: () => sync(emitters),
  peers: [
    { name: 'tapable', target: 1, measure: onSync(tapableSync(isolated)) },
    { name: 'EventEmitter', target: 0.7, measure: onSync(emitter()) },
    { name: 'hookable', target: 0.3, measure: onAsync(hookable()) },
    { name: 'tapable, not isolated', measure: onSync(tapableSync((listener) => listener)) },
  ],
  rounds,
  warmUp: 20,
});
const callers = series.map((ref) => host.caller(ref));
await compare({
  name: 'series of 10 listeners that answer at once, one that throws reaches nobody else',
  unit: 'ns each call',
  ours: () => inTurn(callers),
  peers: [
    { name: 'tapable', target: 0.7, measure: onAsync(tapableSeries(isolated)) },
    { name: 'tapable, not isolated', measure: onAsync(tapableSeries((listener) => listener)) },
  ],
  rounds,
  warmUp: 20,
});
await host.close();
process.stderr.write(`(${sum}, ${failures})\n`);

type Call = (given: Payload) => unknown;

function tapableSync(wrap: (listener: Listen) => Listen): readonly Call[] {
  return names.map((name) => {
    const hook = new SyncHook<[Payload]>(['payload']);
    for (const listener of listeners(5)) hook.tap(name, wrap(listener));
    return (given) => hook.call(given);
  });
}

function tapableSeries(wrap: (listener: Listen) => Listen): readonly Call[] {
  return names.map((name) => {
    const hook = new AsyncSeriesHook<[Payload]>(['payload']);
    for (const listener of listeners(10)) hook.tap(name, wrap(listener));
    return (given) => hook.promise(given);
  });
}

function emitter(): readonly Call[] {
  const target = new EventEmitter().setMaxListeners(0);
  for (const name of names) for (const listener of listeners(5)) target.on(name, isolated(listener));
  return names.map((name) => (given) => target.emit(name, given));
}

/** Its calls are made of promises, so that they are awaited. */
function hookable(): readonly Call[] {
  const target = createHooks<Record<string, (given: Payload) => void>>();
  for (const name of names) for (const listener of listeners(5)) target.hook(name, isolated(listener));
  return names.map((name) => (given) => target.callHook(name, given));
}

function onSync(each: readonly Call[]): () => number {
  return () => sync(each);
}

function onAsync(each: readonly Call[]): () => Promise<number> {
  return () => inTurn(each);
}

function sync(each: readonly Call[]): number {
  const startedAt = process.hrtime.bigint();
  for (let count = 0; count < calls; count += 1) for (const call of each) call(payload);
  return Number(process.hrtime.bigint() - startedAt) / calls / hookCount;
}

async function inTurn(each: readonly Call[]): Promise<number> {
  const startedAt = process.hrtime.bigint();
  for (let count = 0; count < calls; count += 1) for (const call of each) await call(payload);
  return Number(process.hrtime.bigint() - startedAt) / calls / hookCount;
}
