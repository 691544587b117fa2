// (1) Texts are looked at one after the other.
// (2) A rule that blocks or breaks the thread is named, once, and left out from then on; the text is looked at again without it.
// (3) No thread and no timer outlives close(); who still waits then hears of it.
import { Worker } from 'node:worker_threads';
import { fromJSON } from '@seaworthy/errors';
import type { DocumentAnswer, DocumentInput, DocumentMessage, RuleNotes } from '../engine/document.worker.ts';
import { createPulse } from '../engine/pulse.ts';
import type { StoppedRule } from '../engine/run-rules.ts';
import { threadOptions, watch } from '../engine/threads.ts';
import { CliErrors } from '../errors.ts';
import type { Entry } from '../project/walk.ts';

export interface ExaminerOptions extends Omit<DocumentInput, 'packs' | 'stopped' | 'pulse'> {
  readonly packs: URL;
  /** Told of a rule that took the thread down. */
  readonly onStopped: (stopped: StoppedRule) => void;
}

/** Looks at texts in a thread of its own, which lives until it is closed. */
export interface Examiner {
  /** What there is to know of the rules. @throws PACK_FAILED, AUDIT_LOST */
  notes(): Promise<RuleNotes>;
  /** @throws AUDIT_LOST; what the engine throws */
  examine(entry: Entry): Promise<DocumentAnswer>;
  close(): Promise<void>;
}

export function createExaminer({ onStopped, ...options }: ExaminerOptions): Examiner {
  const stopped: string[] = [];
  let thread: Thread | undefined;
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();

  const open = (): Thread => {
    if (isClosed) throw lost('the language server ends.');
    return (thread ??= startThread(options, stopped));
  };
  const attempt = async <T>(work: (thread: Thread) => Promise<T>): Promise<T> => {
    for (;;) {
      const current = open();
      try {
        return await work(current);
      } catch (error) {
        if (!(error instanceof ThreadEnded)) throw error;
        await current.close();
        thread = undefined;
        if (isClosed || error.stopped.rule === '') throw lost(error.stopped.reason);
        stopped.push(error.stopped.rule);
        onStopped(error.stopped);
      }
    }
  };
  const inTurn = <T>(work: (thread: Thread) => Promise<T>): Promise<T> => {
    const turn = last.then(() => attempt(work));
    last = turn.catch(() => {});
    return turn;
  };
  return {
    notes: () => inTurn((current) => current.notes),
    examine: (entry) => inTurn((current) => current.examine(entry)),
    async close() {
      isClosed = true;
      await thread?.close();
      await last;
    },
  };
}

interface Thread {
  readonly notes: Promise<RuleNotes>;
  examine(entry: Entry): Promise<DocumentAnswer>;
  close(): Promise<void>;
}

/** A rule took the thread with it, or nobody knows what did. */
class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';
  readonly stopped: StoppedRule;

  constructor(stopped: StoppedRule) {
    super(stopped.reason);
    this.stopped = stopped;
  }
}

function startThread({ packs, ...options }: Omit<ExaminerOptions, 'onStopped'>, stopped: readonly string[]): Thread {
  const pulse = createPulse();
  const { url, options: limits } = threadOptions('document');
  const workerData: DocumentInput = { ...options, packs: packs.href, stopped: [...stopped], pulse: pulse.memory };
  const worker = new Worker(url, { ...limits, workerData });
  const notes = Promise.withResolvers<RuleNotes>();
  const ended = Promise.withResolvers<never>();
  // Whoever asks hears of it; between two questions nobody does.
  for (const { promise } of [notes, ended]) promise.catch(() => {});
  let answered: PromiseWithResolvers<DocumentAnswer> | undefined;
  let single: readonly string[] = [];

  const end = (kind: StoppedRule['kind'], reason: string): void =>
    ended.reject(new ThreadEnded({ rule: single[pulse.lastActive() ?? -1] ?? '', kind, reason }));
  const stopWatching = watch(pulse, options.job.ruleTimeoutMs, (stillMs) =>
    end('rule-timeout', `its thread did not answer for ${Math.round(stillMs)} ms.`),
  );
  // An error may overtake a message; the end of the thread comes after all of them.
  let problem: string | undefined;
  // Nobody reads what a rule prints, and nobody keeps it.
  worker.stdout.resume();
  worker.on('error', (error) => (problem = `${error.name}: ${error.message}`));
  worker.on('exit', (code) => end('rule-crashed', problem ?? `it ended its thread with ${code}.`));
  worker.on('message', (message: DocumentMessage) => {
    if (message.type === 'ready') {
      single = message.notes.single;
      notes.resolve(message.notes);
    } else if (message.type === 'answer') answered?.resolve(message.answer);
    else {
      const error = fromJSON(message.error, CliErrors);
      notes.reject(error);
      answered?.reject(error);
    }
  });
  const before = Promise.race([notes.promise, ended.promise]);
  before.catch(() => {});
  return {
    notes: before,
    async examine(entry) {
      await before;
      answered = Promise.withResolvers();
      worker.postMessage(entry, []);
      return Promise.race([answered.promise, ended.promise]);
    },
    async close() {
      stopWatching();
      end('rule-crashed', 'it was closed.');
      await worker.terminate();
    },
  };
}

function lost(reason: string): Error {
  return new CliErrors.AUDIT_LOST({ reason });
}
