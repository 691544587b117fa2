import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver';
import type { Problem } from '../project/problem.ts';
import type { Finding } from '../report/report.ts';
import type { Severity } from '../rules/contract.ts';
import type { Client } from './client.ts';
import type { Language } from './language.ts';
import type { FileNotes } from './look.ts';
import { rangeOf, type Placer } from './places.ts';

export interface DiagnosticOptions {
  readonly uri: string;
  readonly client: Client;
  /** Of the document, if it is open. */
  readonly placer?: Placer | undefined;
  /** The addresses of the explanations, by the id of the rule. */
  readonly explanations: Readonly<Record<string, string>>;
  readonly language: Language;
}

export const source = 'seaworthy';

/** An editor that is shown thousands of marks in one file shows none of them well. */
const mostOfFile = 500;

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** What an editor shows of a file. */
export function toDiagnostics({ findings, problems }: FileNotes, options: DiagnosticOptions): Diagnostic[] {
  const all = [
    ...problems.map((problem) => ofProblem(problem, options)),
    ...findings.slice(0, mostOfFile).map((finding) => ofFinding(finding, options)),
  ];
  const left = findings.length - mostOfFile;
  if (left > 0) all.push(rest(options.language.messages.editor.moreFindings(left)));
  return all;
}

function ofFinding(finding: Finding, { uri, client, placer, explanations, language }: DiagnosticOptions): Diagnostic {
  const { rule, severity, title, message, why, fix } = language.speaker.finding(finding);
  const advice = `${language.messages.editor.fix}: ${fix}`;
  const range = rangeOf(finding, placer);
  const href = explanations[rule];
  const related = [why, advice].map((text) => ({ location: { uri, range }, message: text }));
  return {
    range,
    severity: severities[severity],
    source,
    code: rule,
    ...(client.hasDescriptions && href !== undefined && { codeDescription: { href } }),
    ...(client.hasRelatedInformation
      ? { message: `${title}: ${message}`, relatedInformation: related }
      : { message: `${title}: ${message}\n${why}\n${advice}` }),
  };
}

/** A file that could not be looked at: an editor says itself, and louder, what does not parse. */
function ofProblem(problem: Problem, { placer, language }: DiagnosticOptions): Diagnostic {
  const { code, line = 1, column = 1 } = problem;
  const message = language.speaker.message(problem);
  const start = placer?.at({ line, column }) ?? { line: line - 1, character: column - 1 };
  return { range: { start, end: start }, severity: DiagnosticSeverity.Information, source, code, message };
}

function rest(message: string): Diagnostic {
  const start = { line: 0, character: 0 };
  return { range: { start, end: start }, severity: DiagnosticSeverity.Information, source, message };
}
