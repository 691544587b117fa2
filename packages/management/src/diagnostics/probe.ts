/** One function that was running, outermost last. */
export interface Frame {
  readonly methodName: string;
  readonly fileName: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** What the main thread was doing. */
export interface StackView {
  /** `WAITING` has nothing to run; `BLOCKED` is inside native code, which cannot be looked into. */
  readonly state: 'RUNNABLE' | 'WAITING' | 'BLOCKED';
  readonly frames: readonly Frame[];
}

/** Looks into the main thread. */
export interface Probe {
  readonly stack: () => Promise<StackView>;
  /** Profiles until the time is over or `stop` aborts, and answers what it has. @throws MAIN_THREAD_STUCK, DIAGNOSTICS_UNAVAILABLE */
  readonly cpu: (options: CpuOptions) => Promise<object>;
}

export interface CpuOptions {
  readonly durationMs: number;
  /** Ends the profile early; what was seen until then is the answer. */
  readonly stop: AbortSignal;
  /** Nobody wants the profile any more. */
  readonly gone: AbortSignal;
}

/** Most frames that Node gives. */
export const mostFrames = 200;

/** A line of what `getCallSites` of `node:util` returns; the older name of the column is there from 22.9 on. */
interface CallSite {
  readonly functionName: string;
  readonly scriptName: string;
  readonly lineNumber: number;
  readonly columnNumber?: number;
  readonly column?: number;
}

/** Frames of what `getCallSites` returned. */
export function toFrames(sites: unknown): readonly Frame[] {
  if (!Array.isArray(sites)) return [];
  return sites.map(({ functionName, scriptName, lineNumber, columnNumber, column }: CallSite) => ({
    methodName: functionName || '(anonymous)',
    fileName: scriptName,
    lineNumber,
    columnNumber: columnNumber ?? column ?? 0,
  }));
}
