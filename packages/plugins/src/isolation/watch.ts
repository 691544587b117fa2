import { readFileSync } from 'node:fs';
import type { Rpc } from './rpc.ts';

const beatsPerLimit = 4;
const memoryEveryMs = 100;
const pageBytes = 4096;

export interface WatchOptions {
  readonly rpc: Rpc;
  /** How long it may compute without a pause. */
  readonly unresponsiveMs: number;
  readonly onTrouble: (reason: string) => void;
  /** Of a process: its id, and the bytes it may take up. */
  readonly memory?: { readonly pid: number; readonly mostBytes: number };
}

/** Looks whether a guest answers, and what memory it takes; returns the end of looking. */
export function watchGuest({ rpc, unresponsiveMs, onTrouble, memory }: WatchOptions): () => void {
  let missed = 0;
  let isWaiting = false;
  const judge = (bytes: number): void => {
    if (memory === undefined || bytes <= memory.mostBytes) return;
    onTrouble(`it took ${megabytes(bytes)} MB of memory, and may take ${megabytes(memory.mostBytes)} MB`);
  };
  const ping = async (): Promise<void> => {
    const bytes = await rpc.call('ping', [], { timeoutMs: Infinity }).catch(() => 0);
    isWaiting = false;
    judge(Number(bytes));
  };
  // Counted in beats and not in time: a machine that stood still has taken time from both sides.
  const beat = (): void => {
    if (!isWaiting) {
      isWaiting = true;
      missed = 0;
      void ping();
      return;
    }
    missed += 1;
    if (missed >= beatsPerLimit) onTrouble(`it computed for ${unresponsiveMs} ms without a pause`);
  };
  const pulse = setInterval(beat, unresponsiveMs / beatsPerLimit).unref();
  const scale = memory && setInterval(() => judge(residentBytes(memory.pid)), memoryEveryMs).unref();
  return () => {
    clearInterval(pulse);
    clearInterval(scale);
  };
}

/** The memory of a process as Linux tells it; 0 elsewhere, where the process itself says it with each sign of life. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1] ?? 0) * pageBytes;
  } catch {
    return 0;
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}
