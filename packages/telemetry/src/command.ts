// (1) Each execution ends once: by its exit, by a signal, or by not starting at all.
// (2) Names are bounded, and arguments are never recorded: they may hold secrets.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ChildProcess } from 'node:child_process';
import { errorMonitor, type EventEmitter } from 'node:events';
import { basename } from 'node:path';
import { context, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { toSpanException } from '@seaworthy/errors';
import { boundedNames } from './bounded.ts';
import { defineMetrics } from './define.ts';
import { expectKnown, expectWhole } from './expect-option.ts';
import { checkQuotas, createQuotas, quotaDefinitions, type Quota } from './quota.ts';
import type { Instruments } from './types.ts';

const definitions = {
  'seaworthy.command.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Executions of external commands, by how they ended.',
    attributes: {
      'process.executable.name': 'string',
      outcome: ['ok', 'error', 'killed', 'not-started'],
      'error.type': 'string?',
    },
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 1_800],
  },
  'seaworthy.command.active': {
    type: 'updowncounter',
    unit: '{execution}',
    description: 'External commands that are running.',
    attributes: { 'process.executable.name': 'string' },
  },
  ...quotaDefinitions,
} as const;

export interface CommandOptions {
  /** How often a command may run in a time, by name; measured, not enforced. @default none */
  readonly quotas?: Readonly<Record<string, Quota>>;
  /** Different commands that are kept apart; the others count as `_OTHER`. @default 100 */
  readonly maxCommands?: number;
}

/** Measures until it is disposed of; what runs then is still measured to its end. */
export interface CommandMeasurements extends Disposable {
  /** Measures a command that is no child process of this one, such as one on another machine. Its span is active in `work`. */
  run<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
}

type Outcome = 'ok' | 'error' | 'killed' | 'not-started';
type End = (outcome: Outcome, type?: string) => void;

const created = 'child_process';
let defined: Instruments<typeof definitions> | undefined;

/**
 * Measures every child process that this process starts without waiting: `spawn`, `exec`, `execFile` and `fork`.
 *
 * @throws TelemetryErrors.INVALID_OPTION, UNKNOWN_OPTION
 */
export function measureCommands(options: CommandOptions = {}): CommandMeasurements {
  expectKnown('', options, ['quotas', 'maxCommands']);
  const { quotas = {}, maxCommands = 100 } = options;
  checkQuotas(quotas);
  expectWhole('maxCommands', maxCommands);
  defined ??= defineMetrics({ name: 'seaworthy.command' }, definitions);
  const instruments = defined;
  const bounded = boundedNames(maxCommands);
  const quota = createQuotas(instruments, quotas);

  const begin = (command: string): { readonly span: Span; readonly end: End } => {
    const name = bounded(command);
    const executable = { 'process.executable.name': name };
    const startedAt = performance.now();
    const span = trace
      .getTracer('@seaworthy/telemetry')
      .startSpan(`run ${name}`, { kind: SpanKind.CLIENT, attributes: executable });
    quota.use(command);
    instruments['seaworthy.command.active'].add(1, executable);
    let ended = false;
    const end: End = (outcome, type) => {
      if (ended) return;
      ended = true;
      instruments['seaworthy.command.active'].add(-1, executable);
      const error = type !== undefined && { 'error.type': type };
      const within = trace.setSpan(context.active(), span);
      const seconds = (performance.now() - startedAt) / 1_000;
      context.with(within, () =>
        instruments['seaworthy.command.duration'].record(seconds, { ...executable, outcome, ...error }),
      );
      span.setAttributes({ outcome, ...error });
      if (outcome !== 'ok') span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    };
    return { span, end };
  };

  const listener = (message: unknown): void => {
    const { process: child } = message as { process: ChildProcess };
    // Told from the constructor: what it will run is known a tick later, still before any event.
    const within = context.active();
    process.nextTick(() => context.with(within, () => follow(child, begin(nameOf(child)).end)));
  };
  subscribe(created, listener);
  return {
    async run(name, work) {
      const { span, end } = begin(name);
      try {
        const result = await context.with(trace.setSpan(context.active(), span), work);
        end('ok');
        return result;
      } catch (error) {
        end('error', toSpanException(error)['error.type']);
        throw error;
      }
    },
    [Symbol.dispose]() {
      unsubscribe(created, listener);
      quota.close();
    },
  };
}

function follow(child: ChildProcess, end: End): void {
  child.once('exit', (code, signal) => {
    if (signal !== null) end('killed', signal);
    else end(code === 0 ? 'ok' : 'error', code === 0 ? undefined : `exit-${code}`);
  });
  // A monitor: an error that nobody listens to ends the process, and that must stay so.
  const emitter: EventEmitter = child;
  emitter.once(errorMonitor, (error: NodeJS.ErrnoException) => {
    if (child.pid === undefined) end('not-started', error.code ?? error.name);
  });
}

function nameOf({ spawnfile }: ChildProcess): string {
  return typeof spawnfile === 'string' ? basename(spawnfile).replace(/\.exe$/i, '') : 'unknown';
}
