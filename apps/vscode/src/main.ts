import {
  commands,
  l10n,
  languages,
  StatusBarAlignment,
  window,
  workspace,
  type ExtensionContext,
  type StatusBarItem,
} from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';
import { createExtension, type Api, type Client, type Extension } from './extension.ts';
import type { ServerCommand } from './server.ts';

let extension: Extension | undefined;

/** VS Code calls it once, after its start. */
export async function activate({ subscriptions }: ExtensionContext): Promise<void> {
  const item = window.createStatusBarItem(StatusBarAlignment.Right);
  item.name = 'Seaworthy';
  const own = createExtension(apiOf(item), createClient);
  extension = own;
  subscriptions.push(
    item,
    commands.registerCommand('seaworthy.explain', () => own.explain()),
    commands.registerCommand('seaworthy.restart', () => own.start()),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('seaworthy')) void own.start();
    }),
  );
  await own.start();
}

/** VS Code calls it before it ends. */
export async function deactivate(): Promise<void> {
  await extension?.stop();
}

function createClient({ command, args, cwd }: ServerCommand): Client {
  const client = new LanguageClient(
    'seaworthy',
    'Seaworthy',
    { command, args: [...args], options: { cwd } },
    { documentSelector: [{ scheme: 'file' }] },
  );
  return {
    start: () => client.start(),
    stop: () => client.dispose(),
    explain: (rule) => client.sendRequest<string | null>('seaworthy/explain', { rule }),
  };
}

function apiOf(item: StatusBarItem): Api {
  return {
    folders: () =>
      (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath),
    setting: (name) => workspace.getConfiguration('seaworthy').get<string>(name, ''),
    status(text, tooltip) {
      item.text = text;
      item.tooltip = tooltip;
      item.show();
    },
    ruleAtCursor: ruleAtCursor,
    askForRule: async () => window.showInputBox({ prompt: l10n.t('The id of a rule'), placeHolder: 'SEA-R012' }),
    async showMarkdown(content) {
      await window.showTextDocument(await workspace.openTextDocument({ language: 'markdown', content }), {
        preview: true,
      });
    },
    warn: (message) => void window.showWarningMessage(message),
    say: (text, ...values) => l10n.t(text, ...values),
  };
}

function ruleAtCursor(): string | undefined {
  const editor = window.activeTextEditor;
  if (editor === undefined) return undefined;
  const found = languages
    .getDiagnostics(editor.document.uri)
    .find(({ source, range }) => source === 'seaworthy' && range.contains(editor.selection.active));
  const code = found?.code;
  return String(typeof code === 'object' ? code.value : (code ?? '')) || undefined;
}
