import type { Edit, Node, ProjectFile, ProjectView, RuleFinding, Severity, Visitors } from '../contract.ts';

const browser = /(^|\/)(public|static|assets|client|frontend|browser)\/|\.(jsx|tsx)$/;
const trial = /(^|\/)(tests?|bench(mark)?|speedtest|examples?|demo)\.[cm]?[jt]s$/;
const tooling = /(^|\/)\.[^/]+\.[cm]?[jt]s$/;
const commandLine = /(^|\/)(bin|cli|cmd|commands|migrations?|seeds?|scripts?|tools?)(\/|\.[cm]?[jt]s$)/;

/** Scripts that people wrote and that run in production on a server: no tests, no browser code, no settings of tools. */
export function serverScripts(project: ProjectView): readonly ProjectFile[] {
  return project.files('script').filter(isServerScript);
}

// Fifty rules ask the same of every script; what a file is does not change while it is looked at.
const answers = new WeakMap<ProjectFile, boolean>();

function isServerScript(file: ProjectFile): boolean {
  const known = answers.get(file);
  if (known !== undefined) return known;
  const isOther = [browser, trial, tooling].some((pattern) => pattern.test(file.path));
  const answer = !file.isSupport && !isOther && !isMachineMade(file);
  answers.set(file, answer);
  return answer;
}

/** Whether a script is the output of a bundler or minifier, where nobody can correct anything. */
function isMachineMade({ path, text }: ProjectFile): boolean {
  if (/\.(min|bundle)\.[cm]?js$/.test(path)) return true;
  const start = text.slice(0, 8192);
  return start.length / start.split('\n').length > 200;
}

/** Whether a script is started by hand: it may print and leave as it likes. */
export function isCommandLine(file: ProjectFile): boolean {
  return file.text.startsWith('#!') || commandLine.test(file.path);
}

/** Says that something is wrong at a node, and what would mend it where that is safe. */
export type Report = (node: Span, message: string, severity?: Severity, edits?: readonly Edit[]) => void;

/** A part of a text, as offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Visits each script whose text has every hint and gathers what the visitors report. A tree takes ten times as long to make as
 * hints take to look for: they name all that a finding cannot be without.
 */
export function inspect(
  files: readonly ProjectFile[],
  hints: RegExp | readonly RegExp[],
  visitors: (report: Report, file: ProjectFile) => Visitors,
): readonly RuleFinding[] {
  const findings: RuleFinding[] = [];
  const needed = [hints].flat();
  for (const file of files) {
    if (!needed.every((hint) => hint.test(file.text))) continue;
    const report: Report = (node, message, severity, edits) =>
      findings.push({ ...findingAt(file, node, message, severity), ...(edits && { edits }) });
    file.script().visit(visitors(report, file));
  }
  return findings;
}

/** A finding that spans a node. */
export function findingAt(file: ProjectFile, node: Span, message: string, severity?: Severity): RuleFinding {
  const place = { file: file.path, position: file.position(node.start), end: file.position(node.end), message };
  return severity ? { ...place, severity } : place;
}

/** Whether a comment stands between these offsets. */
export function hasComment(file: ProjectFile, { start, end }: Span): boolean {
  return file.script().comments.some((comment) => comment.start >= start && comment.end <= end);
}

/** Whether a comment stands on the line above these offsets, or on one of their lines. */
export function hasCommentBeside(file: ProjectFile, { start, end }: Span): boolean {
  const above = file.position(start).line - 1;
  const last = file.position(end).line;
  return file.script().comments.some((comment) => {
    return file.position(comment.end).line >= above && file.position(comment.start).line <= last;
  });
}

/** Whether a condition around the node asks if this is a development or debugging run. */
export function isDevelopmentOnly(file: ProjectFile, ancestors: readonly Node[]): boolean {
  return ancestors.some((ancestor) => {
    const isChoice = ancestor.type === 'IfStatement' || ancestor.type === 'ConditionalExpression';
    const test = isChoice ? ancestor.test : ancestor.type === 'LogicalExpression' ? ancestor.left : undefined;
    return test !== undefined && /NODE_ENV|debug|verbose|develop|isDev/i.test(file.text.slice(test.start, test.end));
  });
}

/** Whether this text is a string of its own somewhere in these scripts. */
export function quotes(files: readonly ProjectFile[], text: string): boolean {
  return files.some((file) => {
    let found = false;
    if (!file.text.includes(text)) return found;
    file.script().visit({ Literal: ({ value }) => void (found ||= value === text) });
    return found;
  });
}
