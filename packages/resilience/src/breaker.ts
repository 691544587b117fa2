// (1) Closed lets everything through; it opens when, of at least `minCalls` calls in the window, the share of failed or of
//     slow ones reaches its rate.
// (2) Open refuses everything until `openMs` have passed; the next call then finds it half-open.
// (3) Half-open lets `halfOpen.calls` calls through and refuses the rest; when all have ended their rates decide. A call
//     ended by its caller gives its place back.
// (4) An outcome counts only for the state in which its call began.
// (5) There is no timer: time is looked at when a call comes.
// closed -> open -> half-open -> closed | open      any -> forced-open, disabled -> closed (by hand)
import type { Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { tellBreakerChanged } from './events.ts';
import { expectAboveZero, expectAtLeastZero, expectRate, expectWhole } from './options.ts';
import type { Outcome } from './retry.ts';
import { createWindow, type OutcomeWindow, type Totals, type WindowOptions } from './window.ts';

export interface BreakerOptions {
  /** @default { ms: 10000 } */
  readonly window?: WindowOptions;
  /** Does not judge fewer calls than this. @default 20 */
  readonly minCalls?: number;
  /** Opens when this share of the calls failed. @default 0.5 */
  readonly failureRate?: number;
  /** A call that takes longer is slow. By default none is. */
  readonly slowMs?: number;
  /** Opens when this share of the calls was slow. @default 1 */
  readonly slowRate?: number;
  /** Refuses calls for this long before it tries again. @default 5000 */
  readonly openMs?: number;
  readonly halfOpen?: {
    /** How many calls may try. @default 3 */
    readonly calls?: number;
    /** Opens again when they have not ended after this long; 0 waits for ever. @default 0 */
    readonly maxWaitMs?: number;
  };
  /** What counts as a failure. By default an error does, and a result does not. */
  readonly isFailure?: (outcome: Outcome) => boolean;
}

export type BreakerState = 'closed' | 'open' | 'half-open' | 'forced-open' | 'disabled';

/** Given for each call that is let through, and given back with how it ended: exactly once. */
export interface Permit {
  readonly era: number;
  readonly isTrial: boolean;
  readonly startedAt: number;
}

interface Rules {
  readonly name: string;
  readonly minCalls: number;
  readonly failureRate: number;
  readonly slowMs: number;
  readonly slowRate: number;
  readonly openMs: number;
  readonly trialCalls: number;
  readonly trialMs: number;
}

/** Stops calling what keeps failing, and tries again carefully. */
export class Breaker {
  readonly #clock: Clock;
  readonly #rules: Rules;
  readonly #window: OutcomeWindow;
  #state: BreakerState = 'closed';
  #since = 0;
  /** Grows with each change of state, so that late outcomes are recognised. */
  #era = 0;
  #trialsLeft = 0;
  #trials: { -readonly [Name in keyof Totals]: number } = { total: 0, failed: 0, slow: 0 };

  constructor(name: string, options: BreakerOptions, clock: Clock) {
    this.#clock = clock;
    this.#rules = readRules(name, options);
    this.#window = createWindow(options.window ?? { ms: 10_000 });
  }

  get state(): BreakerState {
    this.#lookAtTime(this.#clock.now());
    return this.#state;
  }

  /** @throws seaworthy.resilience.BREAKER_OPEN */
  enter(): Permit {
    const startedAt = this.#clock.now();
    this.#lookAtTime(startedAt);
    const isTrial = this.#state === 'half-open';
    const isOpen = this.#state === 'open' || this.#state === 'forced-open';
    if (isOpen || (isTrial && this.#trialsLeft === 0)) throw this.#refusal(startedAt);
    if (isTrial) this.#trialsLeft -= 1;
    return { era: this.#era, isTrial, startedAt };
  }

  record(permit: Permit, failed: boolean): void {
    if (permit.era !== this.#era) return;
    const now = this.#clock.now();
    const slow = now - permit.startedAt > this.#rules.slowMs;
    if (permit.isTrial) this.#recordTrial(failed, slow);
    else if (this.#state === 'closed') this.#recordClosed(failed, slow, now);
  }

  /** The call was ended by its caller: it says nothing about the other side. */
  release(permit: Permit): void {
    if (permit.era === this.#era && permit.isTrial) this.#trialsLeft += 1;
  }

  /** Refuses everything until `reset`. */
  forceOpen(): void {
    this.#become('forced-open');
  }

  /** Lets everything through until `reset`. */
  disable(): void {
    this.#become('disabled');
  }

  /** Closes, and forgets all outcomes. */
  reset(): void {
    this.#become('closed');
  }

  #recordClosed(failed: boolean, slow: boolean, now: number): void {
    const totals = this.#window.add(failed, slow, now);
    if (totals.total >= this.#rules.minCalls && this.#isTooBad(totals)) this.#become('open');
  }

  #recordTrial(failed: boolean, slow: boolean): void {
    const trials = this.#trials;
    trials.total += 1;
    if (failed) trials.failed += 1;
    if (slow) trials.slow += 1;
    if (trials.total === this.#rules.trialCalls) this.#become(this.#isTooBad(trials) ? 'open' : 'closed');
  }

  #isTooBad({ failed, slow, total }: Totals): boolean {
    return failed / total >= this.#rules.failureRate || slow / total >= this.#rules.slowRate;
  }

  #lookAtTime(now: number): void {
    const passed = now - this.#since;
    if (this.#state === 'half-open' && this.#rules.trialMs > 0 && passed >= this.#rules.trialMs) this.#become('open');
    else if (this.#state === 'open' && passed >= this.#rules.openMs) this.#become('half-open');
  }

  #become(state: BreakerState): void {
    const from = this.#state;
    this.#state = state;
    this.#since = this.#clock.now();
    this.#era += 1;
    this.#window.clear();
    this.#trialsLeft = this.#rules.trialCalls;
    this.#trials = { total: 0, failed: 0, slow: 0 };
    if (from !== state) tellBreakerChanged({ pipeline: this.#rules.name, from, to: state });
  }

  #refusal(now: number): Error {
    const opensIn = this.#state === 'open' ? this.#since + this.#rules.openMs - now : 0;
    const retryAfterMs = Math.ceil(opensIn);
    return new ResilienceErrors.BREAKER_OPEN({ pipeline: this.#rules.name, state: this.#state, retryAfterMs });
  }
}

function readRules(name: string, options: BreakerOptions): Rules {
  const { minCalls = 20, failureRate = 0.5, slowMs = Infinity, slowRate = 1, openMs = 5_000, window } = options;
  const { calls = 3, maxWaitMs = 0 } = options.halfOpen ?? {};
  expectWhole('breaker.minCalls', minCalls, 1);
  expectRate('breaker.failureRate', failureRate);
  expectRate('breaker.slowRate', slowRate);
  if (options.slowMs !== undefined) expectAboveZero('breaker.slowMs', slowMs);
  expectAboveZero('breaker.openMs', openMs);
  expectWhole('breaker.halfOpen.calls', calls, 1);
  expectAtLeastZero('breaker.halfOpen.maxWaitMs', maxWaitMs);
  return {
    name,
    // A window of ten calls can never hold twenty.
    minCalls: window !== undefined && 'calls' in window ? Math.min(minCalls, window.calls) : minCalls,
    failureRate,
    slowMs,
    slowRate,
    openMs,
    trialCalls: calls,
    trialMs: maxWaitMs,
  };
}
