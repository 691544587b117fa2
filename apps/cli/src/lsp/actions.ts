import {
  CodeActionKind,
  type CodeAction,
  type CodeActionParams,
  type Diagnostic,
  type Range,
  type SnippetTextEdit,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Fix } from '../fix/fixes.ts';
import { mergeFixes } from '../fix/merge.ts';
import type { Finding } from '../report/report.ts';
import type { Client } from './client.ts';
import type { Language } from './language.ts';
import type { FileNotes } from './look.ts';
import { createPlacer, rangeOf, type Placer } from './places.ts';
import { source } from './diagnostics.ts';
import { suppression } from './suppress.ts';

export interface ActionOptions {
  /** Relative to the folder. */
  readonly path: string;
  readonly document: TextDocument;
  readonly notes: FileNotes;
  readonly client: Client;
  readonly language: Language;
}

/** Mends all that can be mended in a file. */
export const fixAll: CodeActionKind = `${CodeActionKind.SourceFixAll}.seaworthy`;

interface Scene extends ActionOptions {
  readonly placer: Placer;
}

/** What can be done about the findings in a range. */
export function codeActions({ range, context }: CodeActionParams, options: ActionOptions): CodeAction[] {
  const scene: Scene = { ...options, placer: createPlacer(options.document) };
  const isWanted = (kind: string): boolean =>
    context.only?.some((only) => kind === only || kind.startsWith(`${only}.`)) ?? kind === CodeActionKind.QuickFix;
  const found = options.notes.findings.filter((finding) => meet(rangeOf(finding, scene.placer), range));
  return [
    ...(isWanted(CodeActionKind.QuickFix) ? quickFixes(found, context.diagnostics, scene) : []),
    ...(isWanted(fixAll) ? fixAllAction(scene) : []),
  ];
}

function quickFixes(found: readonly Finding[], shown: readonly Diagnostic[], scene: Scene): readonly CodeAction[] {
  return found.flatMap((finding) => {
    const { rule } = finding;
    const diagnostics = shown.filter((each) => each.source === source && each.code === rule);
    const about = diagnostics.length === 0 ? {} : { diagnostics };
    const fixes = scene.notes.fixes.filter((fix) => fix.rule === rule && fix.line === (finding.line ?? 1));
    return [...fixes.flatMap((fix) => fixAction(fix, finding, scene)), ...suppressAction(finding, scene)].map(
      (action) => ({ ...action, ...about }),
    );
  });
}

/** A fix that was meant for another text is not offered. */
function fixAction(fix: Fix, finding: Finding, scene: Scene): readonly CodeAction[] {
  const { fix: advice } = scene.language.speaker.finding(finding);
  const edits = toEdits([fix], scene);
  if (edits.length === 0) return [];
  const title = `${advice.replace(/\.$/, '')} (${fix.rule})`;
  return [{ title, kind: CodeActionKind.QuickFix, isPreferred: true, edit: toWorkspaceEdit(edits, scene) }];
}

function fixAllAction(scene: Scene): readonly CodeAction[] {
  const edits = toEdits(scene.notes.fixes, scene);
  if (edits.length === 0) return [];
  const title = scene.language.messages.editor.mendAll;
  return [{ title, kind: fixAll, edit: toWorkspaceEdit(edits, scene) }];
}

function toEdits(fixes: readonly Fix[], { placer }: Scene): readonly TextEdit[] {
  return mergeFixes(placer.text, fixes).edits.map(({ start, end, text: newText }) => ({
    range: { start: placer.offset(start), end: placer.offset(end) },
    newText,
  }));
}

/** Without a reason the comment has no effect, and says so: the user has to give one. */
function suppressAction({ rule, line }: Finding, scene: Scene): readonly CodeAction[] {
  const { path, placer, client } = scene;
  const comment = line === undefined ? undefined : suppression(path, placer.text, line, rule);
  if (comment === undefined) return [];
  const { offset, before, after } = comment;
  const at = placer.offset(offset);
  const range: Range = { start: at, end: at };
  const edit: TextEdit | SnippetTextEdit =
    client.hasSnippets && client.versionsEdits
      ? { range, snippet: { kind: 'snippet', value: `${escapeSnippet(before)}\${1}${after}` } }
      : { range, newText: `${before}${after}` };
  const title = scene.language.messages.editor.hold(rule);
  return [{ title, kind: CodeActionKind.QuickFix, edit: toWorkspaceEdit([edit], scene) }];
}

function escapeSnippet(text: string): string {
  return text.replaceAll(/[\\$}]/g, String.raw`\$&`);
}

function toWorkspaceEdit(edits: readonly (TextEdit | SnippetTextEdit)[], { document, client }: Scene): WorkspaceEdit {
  const { uri, version } = document;
  if (client.versionsEdits) return { documentChanges: [{ textDocument: { uri, version }, edits: [...edits] }] };
  return { changes: { [uri]: edits.filter((edit) => 'newText' in edit) } };
}

/** Whether two ranges touch: a caret is an empty range. */
export function meet(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Range['start'], b: Range['start']): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
