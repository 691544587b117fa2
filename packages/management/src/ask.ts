import { isSeaworthyError } from '@seaworthy/errors';
import { ManagementErrors } from './errors.ts';
import { tellContributorFailed, type ContributorFailed } from './events.ts';
import type { ManagementLogger } from './contributors.ts';

/** Asks a part of the application, which may throw, hang or know better. */
export type Ask = <T>(endpoint: string, question: (signal: AbortSignal) => T | Promise<T>) => Promise<T>;

/** How contributors are asked. */
export interface AskOptions {
  readonly timeoutMs: number;
  readonly logger: ManagementLogger;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
}

/**
 * Makes the one way in which contributors are asked: each question ends in time and fails alone.
 *
 * Errors that a contributor made for its client (4xx of a catalogue) pass through.
 */
export function createAsk({ timeoutMs, logger, signal }: AskOptions): Ask {
  return async (endpoint, question) => {
    const startedAt = performance.now();
    const late = new AbortController();
    const failed = (outcome: ContributorFailed['outcome'], err: unknown): void => {
      const durationMs = performance.now() - startedAt;
      tellContributorFailed({ endpoint, durationMs, outcome });
      logger.error({ endpoint, outcome, durationMs, err }, 'a management contributor failed');
    };
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new ManagementErrors.CONTRIBUTOR_HUNG({ endpoint, timeoutMs })), timeoutMs);
    });
    try {
      return await Promise.race([answer(question, AbortSignal.any([signal, late.signal])), timeout]);
    } catch (error) {
      if (isForClient(error)) throw error;
      const isHung = ManagementErrors.CONTRIBUTOR_HUNG.is(error);
      failed(isHung ? 'hung' : 'error', error);
      throw isHung ? error : new ManagementErrors.CONTRIBUTOR_FAILED({ endpoint }, { cause: error });
    } finally {
      clearTimeout(timer);
      late.abort();
    }
  };
}

async function answer<T>(question: (signal: AbortSignal) => T | Promise<T>, signal: AbortSignal): Promise<T> {
  return question(signal);
}

function isForClient(error: unknown): boolean {
  const status = isSeaworthyError(error) ? error.meta.httpStatus : undefined;
  return status !== undefined && status >= 400 && status < 500;
}
