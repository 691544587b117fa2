// (1) Closed lets everything through; it opens when, of at least `minCalls` calls in the window, the share of failed or of
//     slow ones reaches its rate.
// (2) Open refuses everything until `openMs` have passed; the next call then finds it half-open.
// (3) Half-open lets `halfOpen.calls` calls through and refuses the rest; when all have ended their rates decide. A call
//     ended by its caller, or ignored, gives its place back.
// (4) An outcome counts only for the state in which its call began.
// (5) There is no timer: time is looked at when a call comes, and a change counts from when it was due.
// closed -> open -> half-open -> closed | open      any -> forced-open, disabled, metrics-only -> closed (by hand)
import type { BreakerState } from './breaker-state.ts';
import { coarseNow, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { tellBreakerChanged } from './events.ts';
import {
  expectAboveZero,
  expectAtLeastZero,
  expectObject,
  expectOptions,
  expectRate,
  expectWhole,
  type OptionNames,
} from './options.ts';
import { createWindow, type OutcomeWindow, type Totals, type WindowOptions } from './window.ts';

export interface BreakerOptions {
  /** @default { ms: 10000 } */
  readonly window?: WindowOptions;
  /** Does not judge fewer calls than this; never more than a window of calls can hold. @default 20 */
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
  /** Whether an error is a failure; one that is not is a success. By default every error is. */
  readonly isFailure?: (error: unknown) => boolean;
  /** Whether a result is a failure, such as a response with status 503. By default none is. */
  readonly isFailedResult?: (result: unknown) => boolean;
  /** Whether an error says nothing about the other side: it counts neither as a failure nor as a success. By default none does. */
  readonly ignores?: (error: unknown) => boolean;
}

/** Given for each call that is let through, and given back with how it ended: exactly once. Grows with each change of state. */
export type Permit = number;

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
  #era = 0;
  #trialsLeft = 0;
  #trials: OutcomeWindow | undefined;

  constructor(name: string, options: BreakerOptions, clock: Clock) {
    this.#clock = clock;
    this.#rules = readRules(name, options);
    this.#window = createWindow(options.window ?? { ms: 10_000 });
  }

  get state(): BreakerState {
    this.#lookAtTime(this.#clock.now());
    return this.#state;
  }

  get counts(): Totals {
    const now = this.#clock.now();
    this.#lookAtTime(now);
    const window = this.#trials ?? this.#window;
    window.forget(now);
    return { total: window.total, failed: window.failed, slow: window.slow };
  }

  /** When a call that begins now begins; the clock is not asked when nobody wants to know how long calls take. */
  get startsAt(): number {
    return this.#rules.slowMs === Infinity ? 0 : this.#clock.now();
  }

  /** @throws seaworthy.resilience.BREAKER_OPEN */
  enter(): Permit {
    if (this.#state === 'closed') return this.#era;
    return this.#enterCarefully(this.#clock.now());
  }

  record(permit: Permit, failed: boolean, startedAt: number): void {
    if (permit !== this.#era) return;
    const { slowMs } = this.#rules;
    const isTimed = slowMs !== Infinity;
    const now = isTimed ? this.#clock.now() : this.#window.needsTime ? coarseNow(this.#clock) : 0;
    this.#count(failed, isTimed && now - startedAt > slowMs, now);
  }

  /** The call says nothing about the other side. */
  release(permit: Permit): void {
    if (permit === this.#era && this.#state === 'half-open') this.#trialsLeft += 1;
  }

  /** Refuses everything until `reset`. */
  forceOpen(): void {
    this.#become('forced-open', this.#clock.now());
  }

  /** Lets everything through until `reset`, and counts nothing. */
  disable(): void {
    this.#become('disabled', this.#clock.now());
  }

  /** Lets everything through until `reset`, and counts. */
  observe(): void {
    this.#become('metrics-only', this.#clock.now());
  }

  /** Closes, and forgets all outcomes. */
  reset(): void {
    this.#become('closed', this.#clock.now());
  }

  #enterCarefully(now: number): Permit {
    this.#lookAtTime(now);
    const isTrial = this.#state === 'half-open';
    const isOpen = this.#state === 'open' || this.#state === 'forced-open';
    if (isOpen || (isTrial && this.#trialsLeft === 0)) throw this.#refusal(now);
    if (isTrial) this.#trialsLeft -= 1;
    return this.#era;
  }

  #count(failed: boolean, slow: boolean, now: number): void {
    if (this.#trials !== undefined) {
      this.#trials.add(failed, slow, now);
      if (this.#trials.total === this.#rules.trialCalls) {
        this.#become(this.#isTooBad(this.#trials) ? 'open' : 'closed', this.#clock.now());
      }
    } else if (this.#state === 'closed' || this.#state === 'metrics-only') {
      const window = this.#window;
      window.add(failed, slow, now);
      if (this.#state === 'closed' && window.total >= this.#rules.minCalls && this.#isTooBad(window)) {
        this.#become('open', this.#clock.now());
      }
    }
  }

  #isTooBad({ failed, slow, total }: Totals): boolean {
    if (failed === 0 && slow === 0) return false;
    return failed / total >= this.#rules.failureRate || slow / total >= this.#rules.slowRate;
  }

  #lookAtTime(now: number): void {
    const { trialMs, openMs } = this.#rules;
    const gaveUpAt = this.#since + trialMs;
    if (this.#state === 'half-open' && trialMs > 0 && now >= gaveUpAt) this.#become('open', gaveUpAt);
    if (this.#state === 'open' && now - this.#since >= openMs) this.#become('half-open', now);
  }

  #become(state: BreakerState, since: number): void {
    const from = this.#state;
    this.#state = state;
    this.#since = since;
    this.#era += 1;
    this.#window.clear();
    const { trialCalls } = this.#rules;
    this.#trialsLeft = trialCalls;
    this.#trials = state === 'half-open' ? createWindow({ calls: trialCalls }) : undefined;
    if (from !== state) tellBreakerChanged({ pipeline: this.#rules.name, from, to: state });
  }

  #refusal(now: number): Error {
    const [pipeline, state] = [this.#rules.name, this.#state];
    if (state !== 'open') return new ResilienceErrors.BREAKER_OPEN({ pipeline, state, advice: adviceOf(state) });
    const retryAfterMs = Math.ceil(this.#since + this.#rules.openMs - now);
    const advice = `too many calls before it failed or were slow. Try again in ${retryAfterMs} ms.`;
    return new ResilienceErrors.BREAKER_OPEN({ pipeline, state, advice, retryAfterMs });
  }
}

/** For a breaker that nobody can say of when it lets calls through. */
function adviceOf(state: BreakerState): string {
  if (state === 'forced-open') return 'it was opened by hand. Call `reset()` of the breaker to let calls through.';
  return 'its trial calls have not ended. Try again when they have.';
}

const breakerOptions: OptionNames<BreakerOptions & { readonly name: string; readonly clock: Clock }> = {
  window: true,
  minCalls: true,
  failureRate: true,
  slowMs: true,
  slowRate: true,
  openMs: true,
  halfOpen: true,
  isFailure: true,
  isFailedResult: true,
  ignores: true,
  name: true,
  clock: true,
};

function readRules(name: string, options: BreakerOptions): Rules {
  expectOptions('breaker', options, breakerOptions);
  const { minCalls = 20, failureRate = 0.5, slowMs = Infinity, slowRate = 1, openMs = 5_000, window } = options;
  const { halfOpen = {} } = options;
  expectOptions<typeof halfOpen>('breaker.halfOpen', halfOpen, { calls: true, maxWaitMs: true });
  const { calls = 3, maxWaitMs = 0 } = halfOpen;
  if (window !== undefined) expectObject('breaker.window', window);
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
