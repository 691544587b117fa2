import { channel } from 'node:diagnostics_channel';

/** Payload of `seaworthy:management:request-answered`. */
export interface RequestAnswered {
  /** First part of the path, or `unknown`. */
  readonly endpoint: string;
  readonly method: string;
  readonly status: number;
  readonly durationMs: number;
}

/** Payload of `seaworthy:management:write-made`: the audit record of a change, without its values. */
export interface WriteMade {
  /** The whole path, such as `/loggers/http`. */
  readonly path: string;
  /** Address of the other side. */
  readonly remote: string;
  readonly status: number;
  readonly outcome: 'ok' | 'error';
}

/** Payload of `seaworthy:management:contributor-failed`. */
export interface ContributorFailed {
  readonly endpoint: string;
  readonly durationMs: number;
  readonly outcome: 'error' | 'hung' | 'unreadable';
}

/** Payload of `seaworthy:management:dump-taken`: the audit record of a dump. */
export interface DumpTaken {
  readonly kind: 'cpu' | 'heap';
  /** Address of the other side. */
  readonly remote: string;
  readonly status: number;
  /** `aborted` when the client went away, or the time was over, before all was sent. */
  readonly outcome: 'ok' | 'error' | 'aborted';
  readonly durationMs: number;
}

const requestAnswered = channel('seaworthy:management:request-answered');
const writeMade = channel('seaworthy:management:write-made');
const dumpTaken = channel('seaworthy:management:dump-taken');
const contributorFailed = channel('seaworthy:management:contributor-failed');

/** The names of all channels this package publishes on. */
export const managementChannels: readonly string[] = Object.freeze(
  [requestAnswered, writeMade, dumpTaken, contributorFailed].map(({ name }) => String(name)),
);

/** Tells that a request was answered. */
export function tellRequestAnswered(event: RequestAnswered): void {
  if (requestAnswered.hasSubscribers) requestAnswered.publish(event);
}

/** Tells that a change was asked for with the right token. */
export function tellWriteMade(event: WriteMade): void {
  if (writeMade.hasSubscribers) writeMade.publish(event);
}

/** Tells that a profile or a heap snapshot was taken. */
export function tellDumpTaken(event: DumpTaken): void {
  if (dumpTaken.hasSubscribers) dumpTaken.publish(event);
}

/** Tells that a part of the application threw, hung or answered something that cannot be shown. */
export function tellContributorFailed(event: ContributorFailed): void {
  if (contributorFailed.hasSubscribers) contributorFailed.publish(event);
}
