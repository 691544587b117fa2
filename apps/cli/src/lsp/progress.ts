import type { Connection, WorkDoneProgressServerReporter } from 'vscode-languageserver';
import { CliErrors } from '../errors.ts';
import type { Work } from './folder.ts';
import type { Language } from './language.ts';

/** What is done by then is not worth a line. */
const quietMs = 500;

export interface ProgressOptions {
  readonly ending: AbortSignal;
  readonly deadlineMs: number;
  readonly language: Language;
}

/** Runs work with a deadline, and shows how far it is; the user may stop it, which is no failure. @throws LOOK_TIMEOUT */
export async function withProgress(
  { window }: Pick<Connection, 'window'>,
  { ending, deadlineMs, language }: ProgressOptions,
  work: Work,
): Promise<void> {
  const stop = new AbortController();
  const deadline = AbortSignal.timeout(deadlineMs);
  const shown = show(window, stop, language);
  try {
    await work(AbortSignal.any([ending, stop.signal, deadline]), shown.tell);
  } catch (error) {
    if (stop.signal.aborted) return;
    throw deadline.aborted ? new CliErrors.LOOK_TIMEOUT({ timeoutMs: deadlineMs }, { cause: error }) : error;
  } finally {
    shown.done();
  }
}

function show(
  window: Connection['window'],
  stop: AbortController,
  { messages, say }: Language,
): { tell(line: string): void; done(): void } {
  let reporter: WorkDoneProgressServerReporter | undefined;
  let isDone = false;
  const begin = async (): Promise<void> => {
    const created = await window.createWorkDoneProgress();
    if (isDone) return;
    reporter = created;
    created.begin('Seaworthy', undefined, messages.editor.looking, true);
    created.token.onCancellationRequested(() => stop.abort());
  };
  // An editor that refuses shows nothing.
  const timer = setTimeout(() => void begin().catch(() => {}), quietMs);
  return {
    tell: (line) => reporter?.report(say(line)),
    done() {
      isDone = true;
      clearTimeout(timer);
      reporter?.done();
    },
  };
}
