import { hash } from 'node:crypto';
import {
  DocumentDiagnosticReportKind,
  type Connection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type PreviousResultId,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Workspace } from './workspace.ts';

/** Sends diagnostics to an editor that does not ask for them. */
export interface Publisher {
  /** Sends what there is to say of a document, soon; what is said of an older text is left out. */
  document(document: TextDocument): void;
  /** Sends what has changed of all files. */
  all(): void;
  close(): void;
}

/** Nobody reads what is said between two keys. */
const typingMs = 120;

export function createPublisher(
  connection: Connection,
  workspace: Workspace,
  documents: () => readonly TextDocument[],
): Publisher {
  const timers = new Map<string, NodeJS.Timeout>();
  const sent = new Map<string, string>();
  const send = (uri: string, diagnostics: Diagnostic[], version?: number): void => {
    const key = resultIdOf(diagnostics);
    if (version === undefined && (sent.get(uri) ?? resultIdOf([])) === key) return;
    if (diagnostics.length === 0) sent.delete(uri);
    else sent.set(uri, key);
    void connection.sendDiagnostics({ uri, diagnostics, ...(version !== undefined && { version }) });
  };
  const sendDocument = async (document: TextDocument): Promise<void> => {
    const { version, uri } = document;
    const diagnostics = await workspace.diagnosticsOf(document);
    if (document.version === version && documents().includes(document)) send(uri, diagnostics, version);
  };
  const later = (document: TextDocument, ms: number): void => {
    clearTimeout(timers.get(document.uri));
    const timer = setTimeout(() => {
      timers.delete(document.uri);
      sendDocument(document).catch((error: unknown) => connection.console.error(String(error)));
    }, ms);
    timers.set(document.uri, timer);
  };
  return {
    document: (document) => later(document, typingMs),
    all() {
      const closed = workspace.closedDiagnostics();
      const open = documents();
      for (const [uri, diagnostics] of closed) send(uri, diagnostics);
      for (const uri of sent.keys())
        if (!closed.has(uri) && !open.some((document) => document.uri === uri)) send(uri, []);
      for (const document of open) later(document, 0);
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** The answer to an editor that asks for one document. */
export function documentReport(items: Diagnostic[], previous: string | undefined): DocumentDiagnosticReport {
  const resultId = resultIdOf(items);
  return resultId === previous
    ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
    : { kind: DocumentDiagnosticReportKind.Full, resultId, items };
}

/** The answer to an editor that asks for everything: of files it knows of, what has changed. */
export function workspaceReport(
  files: ReadonlyMap<string, Diagnostic[]>,
  previous: readonly PreviousResultId[],
  isOpen: (uri: string) => boolean,
): WorkspaceDocumentDiagnosticReport[] {
  const ids = new Map(previous.map(({ uri, value }) => [uri, value]));
  const gone = previous.filter(({ uri }) => !files.has(uri) && !isOpen(uri));
  const all = [...files, ...gone.map(({ uri }) => [uri, []] as [string, Diagnostic[]])];
  return all.map(([uri, items]) => ({ uri, version: null, ...documentReport(items, ids.get(uri)) }));
}

function resultIdOf(diagnostics: readonly Diagnostic[]): string {
  return hash('sha256', JSON.stringify(diagnostics), 'base64url').slice(0, 16);
}
