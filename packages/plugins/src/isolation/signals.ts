// An AbortSignal cannot be cloned. It is taken out of the arguments, and a fresh one is put into its place on the other side.
import type { SignalPlace } from './wire.ts';

/** The arguments without their signals, and the signals with their places. */
export interface Taken {
  readonly args: readonly unknown[];
  readonly places: readonly SignalPlace[];
  readonly signals: readonly AbortSignal[];
}

/** Takes out each argument that is a signal, and each signal that is a member of an argument. */
export function takeSignals(args: readonly unknown[]): Taken {
  const places: SignalPlace[] = [];
  const signals: AbortSignal[] = [];
  const take = (signal: AbortSignal, argument: number, key: string | null): void => {
    places.push([argument, key, signal.aborted ? reasonOf(signal) : null]);
    signals.push(signal);
  };
  const cleaned = args.map((arg, index) => {
    if (isSignal(arg)) {
      take(arg, index, null);
      return null;
    }
    const keys = isPlain(arg) ? Object.keys(arg).filter((key) => isSignal(arg[key])) : [];
    if (keys.length === 0) return arg;
    const copy = { ...(arg as Record<string, unknown>) };
    for (const key of keys) {
      take(copy[key] as AbortSignal, index, key);
      delete copy[key];
    }
    return copy;
  });
  return { args: cleaned, places, signals };
}

/** Puts fresh signals into the arguments and answers with their controllers, in the order of the places. */
export function putSignals(args: unknown[], places: readonly SignalPlace[]): readonly AbortController[] {
  return places.map(([argument, key, abortedWith]) => {
    const controller = new AbortController();
    if (abortedWith !== null) controller.abort(abortError(abortedWith));
    const place = args[argument];
    if (key === null) args[argument] = controller.signal;
    else if (isPlain(place)) {
      Object.defineProperty(place, key, { value: controller.signal, enumerable: true, configurable: true });
    }
    return controller;
  });
}

/** The reason of an abort on the other side. */
export function abortError(message: string): Error {
  const error = new Error(message);
  error.name = 'AbortError';
  return error;
}

/** What a signal was aborted with, as text. */
export function reasonOf({ reason }: AbortSignal): string {
  try {
    return reason instanceof Error ? reason.message : String(reason);
  } catch {
    return 'aborted';
  }
}

function isSignal(value: unknown): value is AbortSignal {
  return value instanceof AbortSignal;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}
