// (1) Nothing is counted, kept or sent unless `enabled` is true.
// (2) No free text: an attribute is one of a list, a yes or no, or an order of magnitude.
// (3) At most `maxQueued` events wait; what does not fit, or cannot be sent, is dropped and counted.
import { other } from './bounded.ts';
import { defineMetrics, type Meter } from './define.ts';
import {
  expectFlag,
  expectFunction,
  expectKnown,
  expectOption,
  expectWait,
  expectWhole,
  isRecord,
} from './expect-option.ts';
import type { Counter, MetricDefinition } from './types.ts';

/** What an attribute may be: one of a list, a yes or no, or a number of which only the order of magnitude is kept. */
export type UsageAttribute = readonly string[] | 'boolean' | 'magnitude';

export interface UsageEventDefinition {
  /** What the event tells, for people who are asked whether they want to send it. */
  readonly description: string;
  readonly attributes?: Readonly<Record<string, UsageAttribute>>;
}

type UsageValueOf<Spec> = Spec extends readonly (infer Value)[] ? Value : Spec extends 'boolean' ? boolean : number;

export type UsageAttributesOf<Definition extends UsageEventDefinition> = Definition extends {
  readonly attributes: infer Specs extends Readonly<Record<string, UsageAttribute>>;
}
  ? { readonly [Name in keyof Specs]: UsageValueOf<Specs[Name]> }
  : Readonly<Record<string, never>>;

/** One event as it is sent. */
export interface UsageEvent {
  readonly name: string;
  /** ISO 8601. */
  readonly time: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface UsageOptions {
  /** The user's consent. @default false */
  readonly enabled?: boolean;
  /** Sends a batch; events of a batch that fails are dropped and counted. @default events are only counted */
  readonly send?: (events: readonly UsageEvent[], signal: AbortSignal) => Promise<void>;
  /** Events that may wait. @default 1000 */
  readonly maxQueued?: number;
  /** Events in one batch; a full one is sent at once, others on `flush` or at the end. @default 100 */
  readonly batchSize?: number;
  /** How long sending one batch may take, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
}

export interface UsageStats {
  readonly tracked: number;
  readonly sent: number;
  readonly dropped: number;
  readonly queued: number;
}

export interface Usage<Events extends Readonly<Record<string, UsageEventDefinition>>> extends AsyncDisposable {
  /** Notes that something was used; returns at once and never throws. */
  track<Name extends keyof Events & string>(name: Name, attributes: UsageAttributesOf<Events[Name]>): void;
  /** Sends what waits. Resolves also when that fails, and when the signal aborts; `stats` tells. */
  flush(signal?: AbortSignal): Promise<void>;
  stats(): UsageStats;
}

/**
 * Usage analytics that a user has to switch on: bounded events, counted as metrics and sent in batches.
 *
 * @throws TelemetryErrors.INVALID_OPTION, UNKNOWN_OPTION
 */
export function createUsage<const Events extends Readonly<Record<string, UsageEventDefinition>>>(
  meter: Meter,
  events: Events,
  options: UsageOptions = {},
): Usage<Events> {
  checkUsage(events, options);
  const { enabled = false, send, maxQueued = 1_000, batchSize = 100, timeoutMs = 5_000 } = options;
  const counters = defineMetrics(meter, metricsOf(events)) as Readonly<Record<string, Counter<Record<string, string>>>>;
  const drops = defineMetrics(meter, dropDefinitions);
  let queue: UsageEvent[] = [];
  let sending: Promise<void> = Promise.resolve();
  let [tracked, sent, dropped] = [0, 0, 0];

  const drop = (count: number): void => {
    dropped += count;
    drops['seaworthy.usage.events.dropped'].add(count);
  };
  const sendBatch = async (batch: readonly UsageEvent[]): Promise<void> => {
    try {
      await withDeadline(async (signal) => send?.(batch, signal), timeoutMs);
      sent += batch.length;
    } catch {
      drop(batch.length);
    }
  };
  const flush = (): Promise<void> => {
    const waiting = queue;
    queue = [];
    for (let start = 0; start < waiting.length; start += batchSize) {
      const batch = waiting.slice(start, start + batchSize);
      // One after the other: a slow receiver gets no more at once because there is more.
      sending = sending.then(() => sendBatch(batch));
    }
    return sending;
  };
  return {
    track(name, attributes) {
      const definition = Object.hasOwn(events, name) ? events[name] : undefined;
      if (!enabled || definition === undefined) return;
      const bounded = boundAttributes(definition, attributes);
      tracked += 1;
      counters[metricName(name)]?.add(1, bounded);
      if (send === undefined) return;
      // What is being sent waits too: a receiver that hangs must not make room for more.
      if (tracked - sent - dropped > maxQueued) {
        drop(1);
        return;
      }
      queue.push({ name, time: new Date().toISOString(), attributes: bounded });
      if (queue.length >= batchSize && tracked - sent - dropped === queue.length) void flush();
    },
    flush: (signal) => untilAborted(flush(), signal),
    stats: () => ({ tracked, sent, dropped, queued: queue.length }),
    [Symbol.asyncDispose]: flush,
  };
}

function checkUsage(events: Readonly<Record<string, UsageEventDefinition>>, options: UsageOptions): void {
  expectKnown('', options, ['enabled', 'send', 'maxQueued', 'batchSize', 'timeoutMs']);
  expectOption('events', isRecord(events), 'an object of events by name', events);
  for (const [event, definition] of Object.entries(events)) {
    expectOption(`events["${event}"]`, isRecord(definition), 'an object with a description', definition);
    expectKnown(`events["${event}"]`, definition, ['description', 'attributes']);
    for (const [name, spec] of Object.entries(definition.attributes ?? {})) {
      const isList = Array.isArray(spec) && spec.every((value) => typeof value === 'string');
      const holds = isList || spec === 'boolean' || spec === 'magnitude';
      expectOption(`${event}.attributes["${name}"]`, holds, 'a list of texts, "boolean" or "magnitude"', spec);
    }
  }
  // A text such as "false" of a variable is no consent.
  expectFlag('enabled', options.enabled);
  expectFunction('send', options.send);
  expectWhole('maxQueued', options.maxQueued);
  expectWhole('batchSize', options.batchSize);
  expectWait('timeoutMs', options.timeoutMs, { least: 1 });
}

const dropDefinitions = {
  'seaworthy.usage.events.dropped': {
    type: 'counter',
    unit: '{event}',
    description: 'Usage events that did not fit or could not be sent.',
  },
} as const;

function metricName(event: string): string {
  return `seaworthy.usage.${event}`;
}

function metricsOf(events: Readonly<Record<string, UsageEventDefinition>>): Readonly<Record<string, MetricDefinition>> {
  return Object.fromEntries(
    Object.entries(events).map(([name, { description, attributes = {} }]) => [
      metricName(name),
      {
        type: 'counter',
        unit: '{event}',
        description,
        attributes: Object.fromEntries(Object.keys(attributes).map((key) => [key, 'string' as const])),
      } satisfies MetricDefinition,
    ]),
  );
}

function boundAttributes(
  { attributes = {} }: UsageEventDefinition,
  given: Readonly<Record<string, unknown>> | undefined,
): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, spec]) => [name, bound(spec, given?.[name])]));
}

function bound(spec: UsageAttribute, value: unknown): string {
  if (spec === 'boolean') return typeof value === 'boolean' ? String(value) : other;
  if (spec === 'magnitude') return typeof value === 'number' ? magnitude(value) : other;
  return typeof value === 'string' && spec.includes(value) ? value : other;
}

/** `0`, `1-9`, `10-99`, … `1000000+`: enough to see growth, too little to recognise anybody by. */
function magnitude(value: number): string {
  if (!(value >= 1)) return '0';
  const power = Math.min(6, Math.floor(Math.log10(value)));
  return power === 6 ? '1000000+' : `${10 ** power}-${10 ** (power + 1) - 1}`;
}

/** Who waits need not: what is on its way goes on, within its time. */
async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  if (signal.aborted) return;
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const stop = (): void => resolve();
  signal.addEventListener('abort', stop, { once: true });
  await Promise.race([work, aborted]);
  signal.removeEventListener('abort', stop);
}

/** Rejects when the time is over, even when the work does not listen to its signal. */
async function withDeadline(work: (signal: AbortSignal) => Promise<unknown>, timeoutMs: number): Promise<void> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      stop.abort();
      reject(stop.signal.reason as Error);
    }, timeoutMs);
  });
  try {
    await Promise.race([work(stop.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
