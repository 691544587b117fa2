// (1) The first success wins; the others are ended at once.
// (2) Another attempt starts only when the earlier ones have not answered after `afterMs`, never because one failed.
// (3) With a retry budget each further attempt is paid from it; a task that must run once gets none.
// (4) It fails when every attempt that was started has failed, with the last error.
import type { Budget } from './budget.ts';
import type { Call, Layer, Run } from './call.ts';
import { scheduleLimit, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { tellHedgeStarted } from './events.ts';
import { expectAtLeastZero, expectOptions, expectWhole } from './options.ts';
import { Scope } from './scope.ts';

export interface HedgeOptions {
  /** Starts another attempt when there is no answer after this long; the 95th percentile of the answers is a good value. */
  readonly afterMs: number;
  /** How many more attempts at most. @default 1 */
  readonly max?: number;
}

/** Does not wait for a slow answer alone: asks again and takes what comes first. Only for tasks that may run twice. */
export function hedgeLayer(name: string, options: HedgeOptions, clock: Clock, budget?: Budget): Layer {
  expectOptions<HedgeOptions>('hedge', options, { afterMs: true, max: true });
  const { afterMs, max = 1 } = options;
  expectAtLeastZero('hedge.afterMs', afterMs);
  expectWhole('hedge.max', max, 1);
  return (next) =>
    async <T>(call: Call<T>): Promise<T> => {
      const race = new Race(next, call);
      const startNext = (): void => {
        // In an outage everything is slow: hedges would double the load just then.
        if (budget !== undefined && !budget.withdraw()) return;
        tellHedgeStarted({ pipeline: name, hedge: race.started });
        race.start();
        planNext();
      };
      let cancel = (): void => {};
      const planNext = (): void => {
        if (race.started <= max && !call.isOnce) cancel = scheduleLimit(clock, afterMs, startNext);
      };
      race.start();
      planNext();
      try {
        return await race.result;
      } finally {
        cancel();
        race.endOthers(new ResilienceErrors.HEDGED({ pipeline: name }));
      }
    };
}

/** Attempts side by side, of which the first success wins. */
class Race<T> {
  readonly result: Promise<T>;
  readonly #next: Run;
  readonly #call: Call<T>;
  readonly #scopes: Scope[] = [];
  #running = 0;
  #winner: Scope | undefined;
  #resolve: (value: T) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(next: Run, call: Call<T>) {
    this.#next = next;
    this.#call = call;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get started(): number {
    return this.#scopes.length;
  }

  start(): void {
    const scope = new Scope(this.#call.scope);
    this.#scopes.push(scope);
    this.#running += 1;
    const win = (value: T): void => {
      this.#winner ??= scope;
      this.#resolve(value);
    };
    const fail = (error: unknown): void => {
      this.#running -= 1;
      if (this.#running === 0) this.#reject(error);
    };
    this.#next({ ...this.#call, scope }).then(win, fail);
  }

  // Not the winner: its result may still be bound to its signal, as the body of a response is.
  endOthers(reason: unknown): void {
    for (const scope of this.#scopes) {
      if (scope !== this.#winner) scope.end(reason);
      scope.close();
    }
  }
}
