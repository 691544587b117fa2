import { readdirSync, readFileSync } from 'node:fs';

/**
 * Megabytes of this program and of all it has started: as Linux divides shared pages among those who share them (`Pss`), or only
 * what belongs to no file (`Anonymous`), which does not change with what else runs on the machine.
 */
export function memoryOfAll(kind: 'Pss' | 'Anonymous' = 'Pss'): number {
  const all = [process.pid, ...childrenOf(process.pid)];
  return all.reduce((sum, pid) => sum + kilobytes(pid, kind), 0) / 1_024;
}

function kilobytes(pid: number, kind: string): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const line = text.split('\n').find((each) => each.startsWith(`${kind}:`));
  return Number(/\d+/.exec(line ?? '')?.[0] ?? 0);
}

function childrenOf(pid: number): readonly number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const own = threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  );
  return own.flatMap((child) => [child, ...childrenOf(child)]);
}
