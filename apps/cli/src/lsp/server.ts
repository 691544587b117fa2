import {
  CodeActionKind,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
  TextDocuments,
  TextDocumentSyncKind,
  type CancellationToken,
  type Connection,
  type InitializeError,
  type InitializeResult,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Io } from '../io.ts';
import { readVersion } from '../version.ts';
import { codeActions, fixAll } from './actions.ts';
import { readClient, type Client } from './client.ts';
import { source } from './diagnostics.ts';
import { explainRequest, hover, readExplanation } from './explain.ts';
import { loadLanguage, type Language } from './language.ts';
import { createPublisher, documentReport, workspaceReport, type Publisher } from './publish.ts';
import { createWaiting } from './waiting.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

export interface ServerOptions {
  readonly io: Io;
  readonly packs: URL;
  /** How long a look at a whole folder may take, in milliseconds. @default 120_000 */
  readonly deadlineMs?: number;
  /** How long an answer waits for something new to say, in milliseconds. @default 30_000 */
  readonly waitMs?: number;
}

interface Session {
  readonly client: Client;
  readonly language: Language;
  readonly workspace: Workspace;
  /** Only for an editor that does not ask. */
  readonly publisher: Publisher | undefined;
}

/** An answer of the protocol that says why there is none. */
type Refusal = ResponseError<never>;

/** Answers an editor; returns what ends all that it has begun. */
export function createLanguageServer(connection: Connection, options: ServerOptions): { close(): Promise<void> } {
  const { io, packs, deadlineMs = 120_000, waitMs = 30_000 } = options;
  const documents = new TextDocuments(TextDocument);
  const waiting = createWaiting(waitMs);
  let session: Session | undefined;
  let isAsked = false;
  let isClosed = false;

  const current = (): Session | Refusal => {
    if (isClosed) return new ResponseError(ErrorCodes.InvalidRequest, 'The server was shut down.');
    return session ?? new ResponseError(ErrorCodes.ServerNotInitialized, 'Send `initialize` first.');
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    waiting.wake();
    session?.publisher?.close();
    await session?.workspace.close();
  };
  const onChanged = (): void => {
    waiting.wake();
    session?.publisher?.all();
    if (session?.client.pulls === true && session.client.refreshes)
      connection.languages.diagnostics.refresh().catch(() => {});
  };

  connection.onInitialize(async (params): Promise<InitializeResult | ResponseError<InitializeError>> => {
    if (isAsked) return new ResponseError(ErrorCodes.InvalidRequest, '`initialize` came twice.', { retry: false });
    isAsked = true;
    const client = readClient(params);
    const language = await loadLanguage(params.locale, io.locale);
    const all = (): readonly TextDocument[] => documents.all();
    const settings = { connection, client, io, packs, deadlineMs, language };
    const workspace = createWorkspace({ ...settings, documents: all, onChanged });
    const publisher = client.pulls ? undefined : createPublisher(connection, workspace, all);
    session = { client, workspace, publisher, language };
    return { capabilities: capabilities(client), serverInfo: { name: 'seaworthy', version: readVersion() } };
  });
  connection.onInitialized(() => {
    if (session === undefined) return;
    const { client, workspace } = session;
    for (const uri of client.folders) workspace.add(uri);
    if (client.changesFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(async ({ added, removed }) => {
        for (const { uri } of added) workspace.add(uri);
        for (const { uri } of removed) await workspace.remove(uri);
      });
    }
    if (!client.watchesFiles) return;
    const watchers = [{ globPattern: '**/*' }];
    connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(() => {});
  });
  connection.onShutdown(close);

  listenToChanges(connection, documents, () => (isClosed ? undefined : session));
  answerQuestions({ connection, documents, current, waiting });
  documents.listen(connection);
  return { close };
}

function capabilities({ pulls }: Client): InitializeResult['capabilities'] {
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
    hoverProvider: true,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAll] },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    ...(pulls && {
      diagnosticProvider: { identifier: source, interFileDependencies: true, workspaceDiagnostics: true },
    }),
  };
}

/** Changes that no audit looks at: an installation alone has ten thousands of them. */
const neverLookedAt = /\/(?:node_modules|dist|\.git)\//;

function listenToChanges(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  session: () => Session | undefined,
): void {
  // It is also told of a document that is opened.
  documents.onDidChangeContent(({ document }) => {
    session()?.publisher?.document(document);
    session()?.workspace.request('typed', document.uri);
  });
  documents.onDidSave(({ document }) => session()?.workspace.request('saved', document.uri));
  documents.onDidClose(({ document }) => session()?.workspace.request('saved', document.uri));
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri } of changes) if (!neverLookedAt.test(uri)) session()?.workspace.request('saved', uri);
  });
  connection.onDidChangeConfiguration(() => session()?.workspace.request('saved'));
}

interface Answering {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  /** Refuses before `initialize` and after `shutdown`. */
  readonly current: () => Session | Refusal;
  readonly waiting: ReturnType<typeof createWaiting>;
}

function answerQuestions({ connection, documents, current, waiting }: Answering): void {
  /** A document with what there is to say about it; undefined for one that is not looked at. */
  const about = async (uri: string) => {
    const session = current();
    if (session instanceof ResponseError) return session;
    const [document, located] = [documents.get(uri), session.workspace.locate(uri)];
    if (document === undefined || located === undefined) return undefined;
    const { folder, path } = located;
    const explanations = folder.rules()?.explanations ?? {};
    const { client, language } = session;
    return { client, language, explanations, document, path, notes: await folder.notesOf(path, document) };
  };
  connection.onHover(async ({ textDocument, position }) => {
    const it = await about(textDocument.uri);
    if (it === undefined || it instanceof ResponseError) return it ?? null;
    return hover(position, it.document, it.notes, it);
  });
  connection.onCodeAction(async (params) => {
    const it = await about(params.textDocument.uri);
    if (it === undefined || it instanceof ResponseError) return it ?? [];
    return codeActions(params, it);
  });
  connection.onRequest(explainRequest, async ({ rule }) => {
    const session = current();
    if (session instanceof ResponseError) return session;
    return (await readExplanation(rule, session.workspace.explanations(), session.language)) ?? null;
  });
  connection.languages.diagnostics.on(async ({ textDocument: { uri }, previousResultId }, token) => {
    const session = current();
    if (session instanceof ResponseError) return session;
    const { workspace } = session;
    const document = documents.get(uri);
    if (document === undefined) return documentReport([], previousResultId);
    // Before the first look nobody knows what the project is.
    if (workspace.locate(uri)?.folder.rules() === undefined) await waiting.until(workspace.settled(), token);
    const items = await workspace.diagnosticsOf(document);
    return cancelled(token) ?? documentReport(items, previousResultId);
  });
  connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }, token) => {
    const session = current();
    if (session instanceof ResponseError) return session;
    const { workspace } = session;
    const report = () =>
      workspaceReport(workspace.closedDiagnostics(), previousResultIds, (uri) => documents.get(uri) !== undefined);
    await waiting.until(workspace.settled(), token);
    // Editors ask again as soon as they are answered: the answer comes when there is one.
    if (report().every(({ kind }) => kind === 'unchanged')) await waiting.untilWoken(token);
    return cancelled(token) ?? { items: report() };
  });
}

function cancelled({ isCancellationRequested }: CancellationToken): Refusal | undefined {
  return isCancellationRequested
    ? new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.')
    : undefined;
}
