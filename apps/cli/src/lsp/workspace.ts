// (1) A file belongs to the innermost folder of the workspace that it is in; what is in none is not looked at.
// (2) What was shown of a file is taken back when there is nothing more to say about it, or its folder is gone.
import { inspect } from 'node:util';
import { isSeaworthyError } from '@seaworthy/errors';
import { MessageType, ShowMessageNotification, type Connection, type Diagnostic } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { CliErrors } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Client } from './client.ts';
import { toDiagnostics } from './diagnostics.ts';
import { createFolder, type Folder } from './folder.ts';
import type { Language } from './language.ts';
import type { FileNotes } from './look.ts';
import { below, createPlacer, pathOf, uriOf } from './places.ts';
import { withProgress } from './progress.ts';
import { createTurns } from './turns.ts';
import { createWatching, type Watching } from './watching.ts';

export interface WorkspaceOptions {
  readonly connection: Connection;
  readonly client: Client;
  readonly io: Io;
  readonly packs: URL;
  readonly deadlineMs: number;
  /** What the user is told in. */
  readonly language: Language;
  /** All documents that are open. */
  readonly documents: () => readonly TextDocument[];
  /** Told when there is something new to say about any file. */
  readonly onChanged: () => void;
}

/** Where a document is. */
export interface Located {
  readonly folder: Folder;
  /** Relative to the folder. */
  readonly path: string;
}

export interface Workspace {
  add(uri: string): void;
  remove(uri: string): Promise<void>;
  locate(uri: string): Located | undefined;
  /** Asks for a look at the folder of a file, or at all of them. */
  request(why: 'typed' | 'saved', uri?: string): void;
  /** Ends when what was asked for so far is done. */
  settled(): Promise<void>;
  /** What is shown of an open document. */
  diagnosticsOf(document: TextDocument): Promise<Diagnostic[]>;
  /** What is shown of the files that are not open, by address. */
  closedDiagnostics(): ReadonlyMap<string, Diagnostic[]>;
  /** The addresses of the explanations of rules, by id. */
  explanations(): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

interface Member {
  readonly uri: string;
  readonly folder: Folder;
  readonly watching: Watching;
}

export function createWorkspace(options: WorkspaceOptions): Workspace {
  const { client, language } = options;
  const members = new Map<string, Member>();
  const inTurn = createTurns();

  const locate = (uri: string): Located | undefined => {
    const path = pathOf(uri);
    if (path === undefined) return undefined;
    const found = Array.from(members.values()).flatMap(({ folder }) => {
      const way = below(folder.root, path);
      return way === undefined ? [] : [{ folder, path: way }];
    });
    return found.toSorted((a, b) => a.path.length - b.path.length)[0];
  };
  const documentsOf = (folder: () => Folder | undefined): ReadonlyMap<string, TextDocument> =>
    new Map(
      options.documents().flatMap((document) => {
        const located = locate(document.uri);
        return located !== undefined && located.folder === folder() ? [[located.path, document] as const] : [];
      }),
    );
  const all = (): readonly Folder[] => Array.from(members.values(), ({ folder }) => folder);
  const explanations = (): Workspace['explanations'] extends () => infer R ? R : never =>
    all()
      .find((folder) => folder.rules() !== undefined)
      ?.rules()?.explanations ?? {};
  const shownOf = (uri: string, notes: FileNotes, document?: TextDocument): Diagnostic[] =>
    toDiagnostics(notes, {
      uri,
      client,
      explanations: explanations(),
      language,
      placer: document && createPlacer(document),
    });

  return {
    add(uri) {
      const root = pathOf(uri);
      if (root === undefined || members.has(uri)) return;
      members.set(uri, join(options, { uri, root, inTurn, documentsOf }));
    },
    async remove(uri) {
      const member = members.get(uri);
      members.delete(uri);
      if (member !== undefined) await leave(member);
      options.onChanged();
    },
    locate,
    request(why, uri) {
      const folders = uri === undefined ? all() : [locate(uri)?.folder];
      for (const folder of folders) folder?.request(why);
    },
    async settled() {
      await Promise.all(all().map((folder) => folder.settled()));
    },
    async diagnosticsOf(document) {
      const located = locate(document.uri);
      if (located === undefined) return [];
      return shownOf(document.uri, await located.folder.notesOf(located.path, document), document);
    },
    closedDiagnostics() {
      const files = all().flatMap((folder) =>
        Array.from(folder.closedFiles(), ([path, notes]) => ({ folder, notes, uri: uriOf(folder.root, path) })),
      );
      // What is in a folder within a folder is the inner one's to tell; the folder itself is in none.
      const own = files.filter(({ folder, uri }) => (locate(uri)?.folder ?? folder) === folder);
      return new Map(own.map(({ uri, notes }) => [uri, shownOf(uri, notes)]));
    },
    explanations,
    async close() {
      const gone = Array.from(members.values());
      members.clear();
      await Promise.all(gone.map(leave));
    },
  };
}

interface Joining {
  readonly uri: string;
  readonly root: string;
  readonly inTurn: <T>(task: () => Promise<T>) => Promise<T>;
  readonly documentsOf: (folder: () => Folder | undefined) => ReadonlyMap<string, TextDocument>;
}

function join(options: WorkspaceOptions, { uri, root, inTurn, documentsOf }: Joining): Member {
  const { connection, client, io, packs, deadlineMs, language, onChanged } = options;
  const failures = createFailures(connection, language);
  const watching = createWatching({ isTold: client.watchesFiles, onChanged: () => folder.request('saved') });
  const folder: Folder = createFolder({
    root,
    packs,
    io,
    inTurn,
    documents: () => documentsOf(() => folder),
    withProgress: (ending, work) => withProgress(connection, { ending, deadlineMs, language }, work),
    onListed: (job, entries) => void watching.use(job, entries),
    onChanged() {
      failures.forget();
      onChanged();
    },
    onFailed: failures.tell,
    onUnfinished: (said) => show(connection, MessageType.Warning, language.speaker.message(said)),
  });
  return { uri, folder, watching };
}

async function leave({ folder, watching }: Member): Promise<void> {
  watching.close();
  await folder.close();
}

/** Says what went wrong, and does not repeat it until something went well. */
function createFailures(connection: Connection, { speaker }: Language): { tell(error: unknown): void; forget(): void } {
  let last: string | undefined;
  return {
    tell(error) {
      const text = isSeaworthyError(error) ? `${error.code}: ${speaker.message(error)}` : inspect(error);
      if (text === last) return;
      last = text;
      // A folder that is still empty is no failure.
      if (CliErrors.NOTHING_TO_AUDIT.is(error)) connection.console.info(text);
      else show(connection, MessageType.Error, text);
    },
    forget: () => (last = undefined),
  };
}

function show(connection: Connection, type: MessageType, message: string): void {
  void connection.sendNotification(ShowMessageNotification.type, { type, message });
}
