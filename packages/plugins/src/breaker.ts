// (1) Each failure opens it, for twice as long as the one before, up to `maxMs`.
// (2) After `mostRestarts` failures without a stable run between them it stays open.
// (3) A run that has lasted `stableMs` makes it as new.
// closed -> open -> half-open -> closed     half-open -> open

/** Whether a plugin may be started: `open` after a failure, `half-open` while a restart has not proved itself. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** When a plugin that failed is started again. */
export interface RestartOptions {
  /** Before the first restart; each further one waits twice as long. @default 1000 */
  readonly firstMs?: number;
  /** The longest wait. @default 60000 */
  readonly maxMs?: number;
  /** Restarts without a stable run between them; 0 starts nothing again. @default 5 */
  readonly mostRestarts?: number;
  /** A plugin that ran this long counts as repaired. @default 60000 */
  readonly stableMs?: number;
}

/** What `host.status()` shows of the breaker of a plugin. */
export interface PluginBreaker {
  readonly state: BreakerState;
  /** Failures since its last stable run. */
  readonly failures: number;
  /** Until the next attempt; not there when none will come by itself. */
  readonly retryInMs?: number;
}

export type RestartSettings = Required<RestartOptions>;

/** Counts the failures of one plugin and says when it may be tried again. */
export class Breaker {
  readonly #settings: RestartSettings;
  #failures = 0;
  #isOpen = false;
  #retryAt: number | undefined;
  #runsSince: number | undefined;

  constructor(settings: RestartSettings) {
    this.#settings = settings;
  }

  get failures(): number {
    return this.#isStable() ? 0 : this.#failures;
  }

  /** Nothing as long as the plugin has never failed. */
  status(): PluginBreaker | undefined {
    const { failures } = this;
    if (failures === 0) return undefined;
    const state = this.#isOpen ? 'open' : 'half-open';
    const retryInMs = this.#retryAt && Math.max(0, Math.round(this.#retryAt - performance.now()));
    return { state, failures, ...(this.#isOpen && retryInMs !== undefined && { retryInMs }) };
  }

  /** Opens it. Answers after how long to try again; nothing when that is no use. */
  fail({ isLasting = false }: { readonly isLasting?: boolean } = {}): number | undefined {
    const { firstMs, maxMs, mostRestarts } = this.#settings;
    this.#failures = this.failures + 1;
    this.#isOpen = true;
    this.#runsSince = undefined;
    const isOver = isLasting || this.#failures > mostRestarts;
    const waitMs = isOver ? undefined : Math.min(maxMs, firstMs * 2 ** (this.#failures - 1));
    this.#retryAt = waitMs === undefined ? undefined : performance.now() + waitMs;
    return waitMs;
  }

  /** No attempt comes by itself. */
  giveUp(): void {
    this.#retryAt = undefined;
  }

  /** The next start is the attempt. */
  tryAgain(): void {
    this.#isOpen = false;
  }

  /** The plugin runs. */
  run(): void {
    this.#isOpen = false;
    this.#runsSince = performance.now();
  }

  #isStable(): boolean {
    return this.#runsSince !== undefined && performance.now() - this.#runsSince >= this.#settings.stableMs;
  }
}
