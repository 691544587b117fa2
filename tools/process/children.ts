import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';

const running = new Set<ChildProcess>();
let isListening = false;

/** Remembers a program that we started until it ends: whoever ends us ends it too. */
export function keep(child: ChildProcess): void {
  running.add(child);
  child.once('close', () => running.delete(child));
  if (isListening) return;
  isListening = true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      for (const other of running) other.kill('SIGTERM');
      process.exit(128 + constants.signals[signal]);
    });
  }
}

/** Asks a program to end, and ends it after five seconds. */
export function end(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  child.once('close', () => clearTimeout(timer));
}
