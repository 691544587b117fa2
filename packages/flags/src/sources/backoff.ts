import { setTimeout as sleep } from 'node:timers/promises';

/** The longest that a server may make a client wait, in milliseconds. */
export const longestAskedMs = 3_600_000;

/** Beyond this a timer of Node runs at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * How long to wait after the nth failure in a row, in milliseconds: doubled each time up to the most, and between half of that
 * and all of it, so that many instances do not come back in the same moment.
 */
export function backoffMs(failures: number, firstMs: number, mostMs: number): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return whole / 2 + (Math.random() * whole) / 2;
}

/** An interval, a tenth shorter or longer at random, that a timer can wait. */
export function jittered(intervalMs: number): number {
  return Math.min(intervalMs * (0.9 + Math.random() * 0.2), longestTimerMs);
}

/** What `Retry-After` asks for, in milliseconds: seconds or a date. Undefined if it says nothing that can be read. */
export function retryAfterMs(header: string | null): number | undefined {
  const text = header?.trim() ?? '';
  if (text === '') return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestAskedMs);
}

/** Waits, keeping no process alive; at once when the signal aborts. True if the time passed. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(Math.min(ms, longestTimerMs), undefined, { signal, ref: false });
    return true;
  } catch {
    return false;
  }
}
