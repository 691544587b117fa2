// (1) report() never throws and never waits, whatever the error, the sinks and their speed.
// (2) Memory is bounded: at most `limits.kinds` remembered errors and `limits.queue` reports waiting for each sink.
// (3) Nothing vanishes silently: repeats, and what a limit dropped, are told with a later report and by stats().
// open -> closed      close() may be called twice; report() after it counts as dropped.
import { normalize } from '../normalize.ts';
import { problemOf } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { newBudget, toPlain } from '../plain.ts';
import { secretsIn, snapshot } from '../snapshot.ts';
import type { ErrorJson } from '../snapshot.ts';
import { createLane } from './lane.ts';
import type { Lane } from './lane.ts';
import { checkOptions } from './options.ts';
import type { Report, ReportDetails, Reporter, ReporterOptions, ReporterStats } from './types.ts';

const limits = { kinds: 1_000, queue: 1_000 } as const;

interface Kind {
  readonly problem: Problem;
  readonly error: ErrorJson;
  readonly details: ReportDetails;
  repeats: number;
  readonly timer: NodeJS.Timeout;
}

interface State {
  readonly lanes: readonly Lane[];
  readonly kinds: Map<string, Kind>;
  readonly windowMs: number;
  readonly perMinute: number;
  readonly stats: { reported: number; repeated: number; dropped: number };
  /** Reports that may be sent now; refilled with the minute. */
  allowance: number;
  refilledAt: number;
  untold: number;
  isClosed: boolean;
}

/** Starts a reporter: errors go to every sink, without repeats, at a limited rate, and never throw into the caller. @throws `seaworthy.errors.BAD_OPTION` */
export function reporter(options: ReporterOptions): Reporter {
  checkOptions(options);
  const { sinks, dedupe, rateLimit, onError = () => undefined } = options;
  const { windowMs = 60_000 } = dedupe ?? {};
  const { perMinute = 60 } = rateLimit ?? {};
  const state: State = {
    lanes: sinks.map((sink) => createLane(sink, limits.queue, onError)),
    kinds: new Map(),
    windowMs,
    perMinute,
    stats: { reported: 0, repeated: 0, dropped: 0 },
    allowance: perMinute,
    refilledAt: performance.now(),
    untold: 0,
    isClosed: false,
  };
  return reporterOf(state);
}

function reporterOf(state: State): Reporter {
  const close = (timeoutMs = 5_000): Promise<void> => {
    state.isClosed = true;
    return drain(state, timeoutMs, true);
  };
  return {
    report: (error, details = {}) => take(state, error, details),
    flush: (timeoutMs = 5_000) => drain(state, timeoutMs, false),
    stats: () => statsOf(state),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

function take(state: State, error: unknown, details: ReportDetails): void {
  if (state.isClosed) {
    state.stats.dropped += 1;
    return;
  }
  const problem = problemOf(normalize(error));
  const json = snapshot(error, 'readable');
  const own = detailsOf(details, secretsIn(error));
  const key = fingerprint(problem, json);
  const known = state.kinds.get(key);
  if (known !== undefined) {
    known.repeats += 1;
    state.stats.repeated += 1;
    return;
  }
  remember(state, key, { problem, error: json, details: own });
  send(state, { problem, error: json, details: own, count: 1 });
}

/** Bounded plain data, whatever the caller has given: a report that cannot be written as JSON would be lost. */
function detailsOf(details: ReportDetails, secrets: readonly string[]): ReportDetails {
  return toPlain(details, 'readable', newBudget(secrets)) as ReportDetails;
}

/**
 * The same error at the same place: messages differ from one occurrence to the next, places do not. An error of a catalogue
 * that has no stack is known by its code.
 */
function fingerprint(problem: Problem, error: ErrorJson): string {
  const place = /\n\s+at [^\n]+/.exec(error.stack ?? '')?.[0];
  const isOfCatalogue = error.name === problem.code;
  return `${problem.code} ${error.name}${place ?? (isOfCatalogue ? '' : ` ${problem.message}`)}`;
}

function remember(state: State, key: string, kind: Omit<Kind, 'repeats' | 'timer'>): void {
  if (state.windowMs === 0) return;
  if (state.kinds.size >= limits.kinds) forget(state, [...state.kinds.keys()][0] ?? '');
  const timer = setTimeout(() => forget(state, key), state.windowMs);
  timer.unref();
  state.kinds.set(key, { ...kind, repeats: 0, timer });
}

/** Ends an error's time of being remembered: its repeats are told in one report. */
function forget(state: State, key: string): void {
  const kind = state.kinds.get(key);
  if (kind === undefined) return;
  state.kinds.delete(key);
  clearTimeout(kind.timer);
  const { problem, error, details, repeats } = kind;
  if (repeats > 0) send(state, { problem, error, details, count: repeats });
}

function send(state: State, found: Pick<Report, 'problem' | 'error' | 'details' | 'count'>): void {
  refill(state);
  if (state.allowance < 1) {
    state.stats.dropped += found.count;
    state.untold += found.count;
    return;
  }
  state.allowance -= 1;
  state.stats.reported += 1;
  const report: Report = { ...found, time: new Date().toISOString(), droppedBefore: state.untold };
  state.untold = 0;
  for (const lane of state.lanes) lane.push(report);
}

function refill(state: State): void {
  const now = performance.now();
  const earned = ((now - state.refilledAt) / 60_000) * state.perMinute;
  state.allowance = Math.min(state.perMinute, state.allowance + earned);
  state.refilledAt = now;
}

async function drain(state: State, timeoutMs: number, isLast: boolean): Promise<void> {
  for (const key of state.kinds.keys()) forget(state, key);
  await Promise.all(state.lanes.map((lane) => lane.drain(timeoutMs, isLast)));
}

function statsOf(state: State): ReporterStats {
  const failed = state.lanes.reduce((sum, lane) => sum + lane.failed(), 0);
  const waiting = state.lanes.reduce((sum, lane) => sum + lane.waiting(), 0);
  return { ...state.stats, failed, waiting };
}
