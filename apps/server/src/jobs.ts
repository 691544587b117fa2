/** What is known of work that goes on in the background of this server. */
export interface JobState {
  readonly name: string;
  readonly isRunning: boolean;
  /** How often it ran, and how often it failed, since the server started. */
  readonly runs: number;
  readonly failures: number;
  /** When the newest run began; null before the first one. */
  readonly startedAt: string | null;
  /** When the newest run ended, and how long it took; null before that. */
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly outcome: 'ok' | 'failed' | null;
}

/** Runs one piece of work, and remembers how it went. */
export type Watch = <Result>(work: () => Promise<Result>) => Promise<Result>;

export interface JobBoard {
  /** Adds a job. */
  watch(name: string): Watch;
  /** In the order in which they were added. */
  list(): readonly JobState[];
}

export function createJobBoard(now: () => Date = () => new Date()): JobBoard {
  const states = new Map<string, JobState>();
  const change = (name: string, changed: Partial<JobState>): void =>
    void states.set(name, { ...(states.get(name) ?? idle(name)), ...changed });
  return {
    watch(name) {
      change(name, {});
      return async (work) => {
        const started = now();
        const { runs } = states.get(name) as JobState;
        change(name, { isRunning: true, runs: runs + 1, startedAt: started.toISOString() });
        const end = (outcome: 'ok' | 'failed'): void => {
          const ended = now();
          const failures = (states.get(name) as JobState).failures + Number(outcome === 'failed');
          const durationMs = ended.getTime() - started.getTime();
          change(name, { isRunning: false, endedAt: ended.toISOString(), durationMs, outcome, failures });
        };
        try {
          const result = await work();
          end('ok');
          return result;
        } catch (error) {
          end('failed');
          throw error;
        }
      };
    },
    list: () => [...states.values()],
  };
}

function idle(name: string): JobState {
  const never = { startedAt: null, endedAt: null, durationMs: null, outcome: null };
  return { name, isRunning: false, runs: 0, failures: 0, ...never };
}
