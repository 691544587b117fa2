// (1) A target goes out after `threshold` failures in a row, and comes back with one success.
// (2) While it is out, a trial starts at most once in `intervalMs`: one that hangs does not keep it out for ever.
// in -> out -> in
import type { Clock } from './clock.ts';
import { tellTargetChanged } from './events.ts';
import { expectAboveZero, expectFunctions, expectOptions, expectWhole } from './options.ts';

export interface HealthOptions {
  /** Takes a target out after this many failures in a row. @default 3 */
  readonly threshold?: number;
  /** Tries a target that is out again after this long. @default 5000 */
  readonly intervalMs?: number;
  /** Whether an error is the fault of the target; another one counts as a success. By default every error is. */
  readonly isFailure?: (error: unknown) => boolean;
}

/** A target in the list of a balancer or a failover. */
export interface TargetStatus {
  readonly index: number;
  readonly healthy: boolean;
  readonly active: number;
  readonly calls: number;
  readonly failures: number;
}

/** One of several places that can do the same work. */
export class Target<T> {
  readonly value: T;
  readonly #index: number;
  readonly #group: string;
  readonly #threshold: number;
  readonly #intervalMs: number;
  readonly #clock: Clock;
  readonly #isFailure: (error: unknown) => boolean;
  #active = 0;
  #calls = 0;
  #failures = 0;
  #failedInARow = 0;
  #nextTrialAt = 0;

  constructor(value: T, index: number, group: string, options: HealthOptions, clock: Clock) {
    expectOptions<HealthOptions>('health', options, { threshold: true, intervalMs: true, isFailure: true });
    const { threshold = 3, intervalMs = 5_000, isFailure = () => true } = options;
    expectWhole('health.threshold', threshold, 1);
    expectAboveZero('health.intervalMs', intervalMs);
    expectFunctions({ 'health.isFailure': isFailure });
    this.value = value;
    this.#index = index;
    this.#group = group;
    this.#threshold = threshold;
    this.#intervalMs = intervalMs;
    this.#clock = clock;
    this.#isFailure = isFailure;
  }

  get active(): number {
    return this.#active;
  }

  get isHealthy(): boolean {
    return this.#failedInARow < this.#threshold;
  }

  /** Whether it may be called now: it is healthy, or it is time for a trial. */
  get isAvailable(): boolean {
    return this.isHealthy || this.#clock.now() >= this.#nextTrialAt;
  }

  /** Whether the error is the fault of the target. */
  isToBlameFor(error: unknown): boolean {
    return this.#isFailure(error);
  }

  begin(): void {
    this.#active += 1;
    this.#calls += 1;
    if (!this.isHealthy) this.#nextTrialAt = this.#clock.now() + this.#intervalMs;
  }

  /** @param outcome `unknown` when the caller ended the call. */
  end(outcome: 'ok' | 'failed' | 'unknown'): void {
    this.#active -= 1;
    if (outcome === 'unknown') return;
    const wasHealthy = this.isHealthy;
    this.#failedInARow = outcome === 'ok' ? 0 : this.#failedInARow + 1;
    if (outcome === 'failed') this.#failures += 1;
    if (!this.isHealthy) this.#nextTrialAt = this.#clock.now() + this.#intervalMs;
    if (this.isHealthy !== wasHealthy) {
      tellTargetChanged({ group: this.#group, index: this.#index, healthy: this.isHealthy });
    }
  }

  status(): TargetStatus {
    return {
      index: this.#index,
      healthy: this.isHealthy,
      active: this.#active,
      calls: this.#calls,
      failures: this.#failures,
    };
  }
}
