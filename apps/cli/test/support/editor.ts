import {
  CodeAction,
  CodeActionRequest,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShowMessageNotification,
  type ClientCapabilities,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
} from 'vscode-languageserver-protocol/node';
import { pathToFileURL } from 'node:url';

/** What an editor of today can do. */
const modern: ClientCapabilities = {
  textDocument: {
    diagnostic: { relatedInformation: true, codeDescriptionSupport: true },
    hover: { contentFormat: ['markdown'] },
  },
  workspace: {
    workspaceFolders: true,
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true, snippetEditSupport: true },
  },
};

/** What every editor can do, and no more. */
export const simple: ClientCapabilities = { textDocument: { publishDiagnostics: {} } };

/** The other side of a language server. */
export interface Editor {
  readonly connection: ProtocolConnection;
  readonly server: InitializeResult;
  /** What the server has told the user. */
  readonly messages: readonly string[];
  /** Methods that the server wants to be told of. */
  readonly registered: readonly string[];
  open(uri: string, text: string): Promise<void>;
  /** Replaces the text. */
  write(uri: string, text: string): Promise<void>;
  close(uri: string): Promise<void>;
  /** What the server says of a document when it is asked. */
  pull(uri: string): Promise<readonly Diagnostic[]>;
  /** What can be done at a position. */
  actions(uri: string, range: Range, only?: string): Promise<readonly CodeAction[]>;
  /** What was pushed last for a file. */
  pushed(uri: string): PublishDiagnosticsParams | undefined;
}

export interface EditorOptions {
  readonly folders: readonly string[];
  readonly capabilities?: ClientCapabilities;
  readonly processId?: number | null;
  /** The language of the editor. */
  readonly locale?: string;
}

/** Connects to a server over its streams, and says hello. */
export async function connectEditor(
  streams: { readonly from: NodeJS.ReadableStream; readonly to: NodeJS.WritableStream },
  { folders, capabilities = modern, processId = process.pid, locale }: EditorOptions,
): Promise<Editor> {
  const connection = createProtocolConnection(streams.from, streams.to);
  const messages: string[] = [];
  const registered: string[] = [];
  const pushed = new Map<string, PublishDiagnosticsParams>();
  const versions = new Map<string, number>();
  connection.onNotification(ShowMessageNotification.type, ({ message }) => void messages.push(message));
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => void pushed.set(params.uri, params));
  connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
    registered.push(...registrations.map(({ method }) => method));
  });
  connection.listen();
  const workspaceFolders = folders.map((folder) => ({ uri: pathToFileURL(folder).href, name: folder }));
  const server = await connection.sendRequest(InitializeRequest.type, {
    processId,
    rootUri: null,
    workspaceFolders,
    capabilities,
    ...(locale !== undefined && { locale }),
  });
  await connection.sendNotification(InitializedNotification.type, {});
  return {
    connection,
    server,
    messages,
    registered,
    pushed: (uri) => pushed.get(uri),
    async open(uri, text) {
      versions.set(uri, 1);
      const textDocument = { uri, languageId: 'javascript', version: 1, text };
      await connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
    },
    async write(uri, text) {
      const version = (versions.get(uri) ?? 0) + 1;
      versions.set(uri, version);
      await connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      });
    },
    async pull(uri) {
      const report = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
      return report.kind === 'full' ? report.items : [];
    },
    async actions(uri, range, only) {
      const context = { diagnostics: [], ...(only !== undefined && { only: [only] }) };
      const found = await connection.sendRequest(CodeActionRequest.type, { textDocument: { uri }, range, context });
      return (found ?? []).filter((each) => CodeAction.is(each));
    },
    close: (uri) => connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } }),
  };
}
