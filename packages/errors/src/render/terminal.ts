import { nodeUtil } from '../node-modules.ts';
import { itemsOf, metaOf, read } from '../meta.ts';
import { locationText, problemsIn } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { scrub } from '../secrets.ts';
import { secretsIn, snapshot, unwrapped } from '../snapshot.ts';
import type { ErrorJson } from '../snapshot.ts';
import { textOf } from '../source.ts';
import type { SourceOf } from '../source.ts';
import { translatedMessage } from '../i18n/translate.ts';
import type { LocaleOptions } from '../i18n/translate.ts';
import { clean } from './clean.ts';
import { codeFrame } from './frame.ts';
import { topFrame } from './stack-frames.ts';

export interface TerminalOptions extends LocaleOptions {
  /** @default false */
  readonly color?: boolean;
  /** Shows the stack of the first error and of its root causes. @default true */
  readonly stack?: boolean;
  /** Finds the text of a file, for code frames. @default what the collector of the problems was given */
  readonly source?: string | SourceOf;
}

type Paint = (style: 'red' | 'bold' | 'dim' | 'cyan' | 'yellow', text: string) => string;

const coloured: Paint = (style, text) => nodeUtil().styleText(style, text, { validateStream: false });
const bare: Paint = (_style, text) => text;

interface View extends TerminalOptions {
  readonly error: unknown;
  readonly paint: Paint;
  /** What the errors around a collected one keep to themselves. */
  readonly secrets?: readonly string[];
}

/** Turns any thrown value into text for a terminal: code, message, help and the chain of causes; never throws. */
export function toTerminal(error: unknown, options: TerminalOptions = {}): string {
  const view: View = { ...options, error, paint: options.color === true ? coloured : bare };
  const problems = problemsIn(error);
  if (problems.length > 0) return problemList(problems, view);
  const json = snapshot(error, 'readable');
  const meta = metaOf(error);
  const message = translatedMessage(error, options) ?? json.message;
  return [
    headline({ ...json, message }, view.paint),
    ...topOfStack(json, view),
    ...stackLines(json, view),
    ...note('help', meta?.help, view.paint),
    ...note('docs', meta?.docs, view.paint),
    ...causes(json, error, view, 1),
  ].join('\n');
}

function problemList(problems: readonly Problem[], view: View): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const total = problems.length > mostProblems ? `${count}, the first ${mostProblems} are shown` : count;
  const shown = problems.slice(0, mostProblems).map((problem) => problemText(problem, view));
  return [...shown, view.paint('bold', total)].join('\n\n');
}

/** More than anybody reads, and the text stays bounded. */
const mostProblems = 1_000;

function problemText(problem: Problem, view: View): string {
  const { paint } = view;
  const place = locationText(problem);
  const text = problem.file === undefined && problem.line === undefined ? undefined : sourceText(problem, view);
  const frame = text === undefined ? undefined : codeFrame(text, problem);
  return [
    headline({ name: problem.code, message: problem.message }, paint),
    ...(place === '' ? [] : [`  ${paint('dim', clean(place))}`]),
    ...indented(frame),
    ...note('hint', problem.suggestion, paint),
    ...note('help', problem.help, paint),
    ...note('docs', problem.docs, paint),
  ].join('\n');
}

function sourceText(problem: Problem, view: View): string | undefined {
  return textOf(view.error, problem.file ?? '', view.source, view.secrets);
}

function indented(text: string | undefined): string[] {
  return text === undefined ? [] : text.split('\n').map((line) => `  ${line}`);
}

function headline(json: Pick<ErrorJson, 'name' | 'message'>, paint: Paint): string {
  const [first = '', ...rest] = clean(json.message).split('\n');
  const name = clean(json.name);
  const title = first === '' ? paint('red', name) : `${paint('red', name)}  ${paint('bold', first)}`;
  return [title, ...rest.map((line) => `  ${line}`)].join('\n');
}

/** Where it happened, as code, when the caller knows the texts. */
function topOfStack(json: ErrorJson, view: View): string[] {
  const top = view.source === undefined ? undefined : topFrame(json.stack ?? '');
  const text = top === undefined ? undefined : textOf(view.error, top.file, view.source);
  return text === undefined || top === undefined ? [] : indented(codeFrame(text, top));
}

function stackLines(json: ErrorJson, view: View): string[] {
  if (view.stack === false) return [];
  const lines = clean(json.stack ?? '').split('\n');
  return lines.filter((line) => /^\s+at /.test(line)).map((line) => view.paint('dim', `    ${line.trim()}`));
}

function note(label: string, text: string | undefined, paint: Paint): string[] {
  if (text === undefined) return [];
  const [first = '', ...rest] = clean(text).split('\n');
  return [`  ${paint('cyan', label)}  ${first}`, ...rest.map((line) => `        ${line}`)];
}

function causes(json: ErrorJson, error: unknown, view: View, depth: number): string[] {
  const inside = unwrapped(error);
  const errors = itemsOf(read(inside, 'errors'));
  const below: readonly (readonly [string, ErrorJson, unknown])[] = [
    ...(json.cause === undefined ? [] : [['caused by', json.cause, read(inside, 'cause')] as const]),
    ...(json.errors ?? []).map((item, index) => [`error ${index + 1}`, item, errors[index]] as const),
  ];
  return below.flatMap(([label, item, raw]) => {
    const isRoot = item.cause === undefined && item.errors === undefined;
    const title = `${view.paint('yellow', label)}  ${headline(item, view.paint)}`;
    const own = [title, ...problemsBelow(raw, view), ...(isRoot ? stackLines(item, view) : [])];
    return [...own, ...causes(item, raw, view, depth + 1)].map((line) => (depth > 1 ? line : `  ${line}`.trimEnd()));
  });
}

/** A collected error keeps its list also where another error has it as cause. */
function problemsBelow(error: unknown, view: View): string[] {
  const problems = problemsIn(unwrapped(error));
  if (problems.length === 0) return [];
  const secrets = secretsIn(view.error);
  const list = problemList(scrub(problems, secrets), { ...view, error: unwrapped(error), secrets });
  return list.split('\n').map((line) => `  ${line}`.trimEnd());
}
