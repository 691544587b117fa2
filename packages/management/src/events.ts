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

const requestAnswered = channel('seaworthy:management:request-answered');
const writeMade = channel('seaworthy:management:write-made');
const contributorFailed = channel('seaworthy:management:contributor-failed');

/** The names of all channels this package publishes on. */
export const managementChannels: readonly string[] = Object.freeze(
  [requestAnswered, writeMade, contributorFailed].map(({ name }) => String(name)),
);

/** Tells that a request was answered. */
export function tellRequestAnswered(event: RequestAnswered): void {
  if (requestAnswered.hasSubscribers) requestAnswered.publish(event);
}

/** Tells that a change was asked for with the right token. */
export function tellWriteMade(event: WriteMade): void {
  if (writeMade.hasSubscribers) writeMade.publish(event);
}

/** Tells that a part of the application threw, hung or answered something that cannot be shown. */
export function tellContributorFailed(event: ContributorFailed): void {
  if (contributorFailed.hasSubscribers) contributorFailed.publish(event);
}
