// The background job that runs the automatic checks, one certification after the other.
// (1) What is to be done is in the store: a server that stops, or is killed, goes on with it at its next start.
// (2) A certification that was being checked then is submitted again; checks change nothing, so twice is as good as once.
//     Where other instances check too, it is one that has been in check for longer than a check may take.
// (3) A mistake of ours refuses nobody: the certification goes to a reviewer, who is told that the checks were not done.
import type { Certification, CheckResult, Transition } from './certification-store.ts';

export interface CertifierStore {
  /** Those in which a server was interrupted, or is working now. */
  checking(): Promise<readonly Certification[]>;
  nextSubmitted(): Promise<Certification | undefined>;
  move(transition: Omit<Transition, 'at'>): Promise<boolean>;
}

export interface CertifierLogger {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface CertifierOptions {
  readonly store: CertifierStore;
  readonly check: (certification: Certification, signal: AbortSignal) => Promise<readonly CheckResult[]>;
  readonly logger: CertifierLogger;
  /** For one certification, in milliseconds. @default 60000 */
  readonly timeoutMs?: number;
  /** How often it looks by itself, in milliseconds. @default 30000 */
  readonly pollMs?: number;
  /** Whether other instances check as well. @default false */
  readonly isShared?: boolean;
  readonly now?: () => Date;
}

export interface Certifier extends AsyncDisposable {
  /** Something was submitted. */
  wake(): void;
  /** Resolves when there is nothing to do. */
  idle(): Promise<void>;
}

export function createCertifier(options: CertifierOptions): Certifier {
  const { logger, pollMs = 30_000, isShared = false } = options;
  const stopping = new AbortController();
  let working: Promise<void> | undefined;
  let isWoken = false;

  const work = async (): Promise<void> => {
    while (isWoken && !stopping.signal.aborted) {
      isWoken = false;
      try {
        if (isShared) await resume(options);
        await checkAll(options, stopping.signal);
      } catch (error) {
        if (!stopping.signal.aborted) logger.error({ err: error }, 'certifications could not be checked');
      }
    }
    working = undefined;
  };
  const wake = (): void => {
    isWoken = true;
    if (!stopping.signal.aborted) working ??= work();
  };
  const timer = setInterval(wake, pollMs).unref();
  working = resume(options).then(wake, (error: unknown) => {
    logger.error({ err: error }, 'interrupted certifications could not be read');
    wake();
  });
  working = working.then(work);
  return {
    wake,
    idle: async () => {
      for (let now = working; now !== undefined; now = working) await now;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stopping.abort();
      await working;
    },
  };
}

async function resume({
  store,
  logger,
  isShared = false,
  timeoutMs = 60_000,
  now = () => new Date(),
}: CertifierOptions): Promise<void> {
  // Twice, for clocks that differ.
  const since = new Date(now().getTime() - 2 * timeoutMs).toISOString();
  for (const { id, changedAt } of await store.checking()) {
    if (isShared && changedAt > since) continue;
    await store.move({ id, to: 'submitted', by: '', note: 'the server was stopped while it checked' });
    logger.info({ certification: id }, 'a certification is checked again');
  }
}

async function checkAll(
  { store, check, logger, timeoutMs = 60_000 }: CertifierOptions,
  stop: AbortSignal,
): Promise<void> {
  for (;;) {
    const next = stop.aborted ? undefined : await store.nextSubmitted();
    if (next === undefined) return;
    const { id } = next;
    if (!(await store.move({ id, to: 'checking', by: '', note: '' }))) continue;
    const deadline = AbortSignal.timeout(timeoutMs);
    let checks: readonly CheckResult[];
    try {
      checks = await check(next, AbortSignal.any([stop, deadline]));
    } catch (error) {
      if (stop.aborted) return;
      logger.error({ err: error, certification: id }, 'a certification could not be checked');
      const detail = deadline.aborted ? `not done within ${timeoutMs} ms` : 'the server failed; its log has the reason';
      checks = [{ name: 'checks', outcome: 'warned', detail, findings: [] }];
    }
    const reasons = checks
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ name, detail }) => `${name}: ${detail}`);
    const isRefused = reasons.length > 0;
    const note = isRefused ? 'an automatic check has failed' : 'the automatic checks are done';
    await store.move({ id, to: isRefused ? 'refused' : 'in-review', by: '', note, checks, reasons });
    logger.info({ certification: id, state: isRefused ? 'refused' : 'in-review' }, 'a certification was checked');
  }
}
