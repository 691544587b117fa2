import type { InitializeParams } from 'vscode-languageserver';

/** What the editor can do, as far as it matters here. */
export interface Client {
  /** It asks for diagnostics; else they are pushed. */
  readonly pulls: boolean;
  readonly refreshes: boolean;
  readonly hasRelatedInformation: boolean;
  readonly hasDescriptions: boolean;
  readonly readsMarkdown: boolean;
  readonly watchesFiles: boolean;
  readonly changesFolders: boolean;
  /** Edits may name the version of the document that they are meant for. */
  readonly versionsEdits: boolean;
  /** Edits may have a place where the user goes on typing. */
  readonly hasSnippets: boolean;
  readonly processId: number | null;
  /** The addresses of the folders that are open. */
  readonly folders: readonly string[];
}

export function readClient(params: InitializeParams): Client {
  const { capabilities, processId, rootUri, workspaceFolders } = params;
  const { textDocument, workspace } = capabilities;
  const pulls = textDocument?.diagnostic !== undefined;
  const pulled = textDocument?.diagnostic;
  const pushed = textDocument?.publishDiagnostics;
  const [related, described] = pulls
    ? [
        pulled?.relatedInformation ?? pushed?.relatedInformation,
        pulled?.codeDescriptionSupport ?? pushed?.codeDescriptionSupport,
      ]
    : [pushed?.relatedInformation, pushed?.codeDescriptionSupport];
  return {
    pulls,
    refreshes: workspace?.diagnostics?.refreshSupport === true,
    hasRelatedInformation: related === true,
    hasDescriptions: described === true,
    readsMarkdown: textDocument?.hover?.contentFormat?.includes('markdown') === true,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    changesFolders: workspace?.workspaceFolders === true,
    versionsEdits: workspace?.workspaceEdit?.documentChanges === true,
    hasSnippets: workspace?.workspaceEdit?.snippetEditSupport === true,
    processId: typeof processId === 'number' ? processId : null,
    folders: workspaceFolders?.map(({ uri }) => uri) ?? (typeof rootUri === 'string' ? [rootUri] : []),
  };
}
