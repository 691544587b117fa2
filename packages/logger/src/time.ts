import type { LevelWord } from './levels/vocabulary.ts';
import type { Logger } from './types.ts';

export interface TimeOptions {
  /** @default 'info' */
  readonly level?: LevelWord | (string & {});
  /** Fields of the record. */
  readonly fields?: object;
}

/** Something that is being timed. */
export interface Timed {
  /** Logs the label with `durationMs`, once; gives the duration in milliseconds. */
  end(fields?: object): number;
  /** The same as `end()`, for `using`. */
  [Symbol.dispose](): void;
}

/** Takes the time until `end` is called. */
export function startTime(log: Logger, label: string, { level = 'info', fields }: TimeOptions): Timed {
  const startedAt = performance.now();
  let takenMs: number | undefined;
  const end = (more?: object): number => {
    if (takenMs !== undefined) return takenMs;
    takenMs = Math.round((performance.now() - startedAt) * 1000) / 1000;
    log.log(level, label, { ...fields, ...more, durationMs: takenMs });
    return takenMs;
  };
  return { end, [Symbol.dispose]: () => void end() };
}
