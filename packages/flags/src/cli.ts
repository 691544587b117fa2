import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
// Only by public names: otherwise the built index would be split in two, for the sake of the command.
import { createFlags, exportFlags, FlagErrors, lintFlags, memory, staleFlags } from './index.ts';
import type { BucketChoice, BucketingVersion, EvaluationContext, FlagFinding } from './index.ts';

const help = `Usage
  seaworthy-flags list <file>             the flags, whose they are and until when
  seaworthy-flags lint <file>             what is wrong or careless
  seaworthy-flags stale <file>            what can be removed
      --now <date>       what "expired" is measured by  [now]
      --evaluated <file> a JSON list of the keys that were evaluated
  seaworthy-flags explain <file> <key>    which rules decide, and why
      --context <json>   the context  [{}]
      --bucketing <v>    how subjects are bucketed: v1, v2 or v3  [v2]
  seaworthy-flags export <file>           plain flagd: without the operator "flag"
      --out <file>       where to write it  [standard output]
      --bucketing <v>    how it is bucketed where it is read: v1, v2 or v3  [v2]
  All take --json: one JSON value on standard output.

The file has flags in flagd's format.
Exit codes: 0 nothing found, 1 something found or an evaluation that failed, 2 wrong usage, 3 could not look.
`;

/** Where the command runs and writes: a test passes its own. */
export interface CliContext {
  readonly directory: string;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

interface Invocation extends CliContext {
  readonly words: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
}

const commands: ReadonlyMap<string, (invocation: Invocation) => Promise<0 | 1>> = new Map([
  ['list', runList],
  ['lint', runLint],
  ['stale', runStale],
  ['explain', runExplain],
  ['export', runExport],
]);

const optionsOf: Readonly<Record<string, readonly string[]>> = {
  stale: ['now', 'evaluated'],
  explain: ['context', 'bucketing'],
  export: ['out', 'bucketing'],
};

/** Runs the command and answers with its exit code; never throws. */
export async function runCli(args: readonly string[], context: CliContext): Promise<0 | 1 | 2 | 3> {
  try {
    return await run(args, context);
  } catch (error) {
    context.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return FlagErrors.USAGE.is(error) ? 2 : 3;
  }
}

async function run(args: readonly string[], context: CliContext): Promise<0 | 1> {
  const { values, positionals } = parse(args);
  if (values.help) {
    context.stdout.write(help);
    return 0;
  }
  const [name = '', ...words] = positionals;
  const command = commands.get(name);
  if (!command) throw usage(`There is no command "${name}".`);
  const known = ['json', ...(optionsOf[name] ?? [])];
  const stranger = Object.keys(values).find((option) => !known.includes(option));
  if (stranger !== undefined) throw usage(`"${name}" has no option --${stranger}.`);
  const most = name === 'explain' ? 2 : 1;
  if (words.length !== most) throw usage(`"${name}" takes ${most === 2 ? 'a file and a key' : 'one file'}.`);
  return command({ ...context, words, values });
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    now: text,
    evaluated: text,
    context: text,
    out: text,
    bucketing: text,
    json: flag,
    help: flag,
  };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    throw usage(`${cause instanceof Error ? cause.message : 'Unknown option'}.`);
  }
}

async function runList({ words, values, stdout, directory }: Invocation): Promise<0> {
  const [file = ''] = words;
  const flags = await createFlags({ source: { ...memory(await readText(file, directory)), name: file } });
  try {
    const all = flags.list().map(({ key, state, defaultVariant, variants }) => {
      const { owner, expiry, kind } = flags.evaluate(key).flagMetadata;
      return { key, state, defaultVariant, variants: Object.keys(variants), owner, expiry, kind };
    });
    if (values['json']) stdout.write(`${JSON.stringify(all)}\n`);
    else for (const line of columns(all.map(cellsOf))) stdout.write(`${line}\n`);
    return 0;
  } finally {
    await flags.close();
  }
}

function cellsOf(flag: Readonly<Record<string, unknown>>): readonly string[] {
  const { key, state, defaultVariant, owner, expiry, kind } = flag;
  return [key, state, defaultVariant ?? '-', owner ?? '-', expiry ?? kind ?? '-'].map(String);
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

async function runLint(invocation: Invocation): Promise<0 | 1> {
  return tell(lintFlags(await readJson(invocation.words[0] ?? '', invocation)), invocation);
}

async function runStale(invocation: Invocation): Promise<0 | 1> {
  const { words, values } = invocation;
  const document = await readJson(words[0] ?? '', invocation);
  const now = typeof values['now'] === 'string' ? new Date(values['now']) : new Date();
  if (Number.isNaN(now.getTime())) throw usage(`--now is "${String(values['now'])}", which is no date.`);
  const list = typeof values['evaluated'] === 'string' ? await readJson(values['evaluated'], invocation) : undefined;
  if (list !== undefined && !Array.isArray(list)) throw usage('--evaluated needs a file with a JSON list of keys.');
  return tell(staleFlags(document, { now, ...(list && { evaluated: new Set(list.map(String)) }) }), invocation);
}

async function runExplain(invocation: Invocation): Promise<0 | 1> {
  const { words, values, stdout, directory } = invocation;
  const [file = '', key = ''] = words;
  const context = parseContext(values['context']);
  const { bucketing = 'v2' } = values;
  if (!isBucketing(bucketing)) throw usage(`--bucketing is "${String(bucketing)}", not v1, v2 or v3.`);
  const source = { ...memory(await readText(file, directory)), name: file };
  const flags = await createFlags({ source, bucketing });
  try {
    const explanation = flags.explain(key, context);
    const lines = explanation.steps.map(({ path, answer, isTaken, choices = [] }) => {
      const taken = isTaken === undefined ? '' : isTaken ? '  taken' : '  not taken';
      return `  ${path}  ${JSON.stringify(answer)}${taken}\n${choices.map(choiceLine).join('')}`;
    });
    const text = `${key}: ${JSON.stringify(explanation.evaluation.value)}\n${lines.join('')}${explanation.because}\n`;
    stdout.write(values['json'] ? `${JSON.stringify(explanation)}\n` : text);
    return explanation.evaluation.reason === 'ERROR' ? 1 : 0;
  } finally {
    await flags.close();
  }
}

function choiceLine({ bucketing, from, bucket, buckets, place, total }: BucketChoice): string {
  const where = Number.isInteger(place) ? place : place.toFixed(2);
  return `    bucket ${bucket} of ${buckets}: place ${where} of ${total}, bucketing ${bucketing} of ${JSON.stringify(from)}\n`;
}

async function runExport(invocation: Invocation): Promise<0 | 1> {
  const { words, values, stdout, directory } = invocation;
  const { bucketing = 'v2', out, json } = values;
  if (!isBucketing(bucketing)) throw usage(`--bucketing is "${String(bucketing)}", not v1, v2 or v3.`);
  const plain = exportFlags(await readJson(words[0] ?? '', invocation), { bucketing });
  const text = `${JSON.stringify(plain, null, json ? 0 : 2)}\n`;
  if (typeof out !== 'string') stdout.write(text);
  else await writeText(out, directory, text);
  return 0;
}

function isBucketing(text: unknown): text is BucketingVersion {
  return text === 'v1' || text === 'v2' || text === 'v3';
}

async function writeText(file: string, directory: string, text: string): Promise<void> {
  try {
    await writeFile(resolve(directory, file), text);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new FlagErrors.NOT_WRITTEN({ file, detail }, { cause });
  }
}

function tell(findings: readonly FlagFinding[], { values, stdout, stderr }: Invocation): 0 | 1 {
  if (values['json']) stdout.write(`${JSON.stringify(findings)}\n`);
  else for (const { rule, path, message } of findings) stdout.write(`${rule.padEnd(16)}${path} ${message}\n`);
  stderr.write(`${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}\n`);
  return findings.length === 0 ? 0 : 1;
}

function parseContext(text: unknown): EvaluationContext {
  try {
    const context: unknown = JSON.parse(typeof text === 'string' ? text : '{}');
    if (typeof context === 'object' && context !== null && !Array.isArray(context)) return { ...context };
  } catch {
    // Told below, as for any other text that is no object.
  }
  throw usage(`--context is ${String(text)}, which is no JSON object.`);
}

async function readText(file: string, directory: string): Promise<string> {
  try {
    return await readFile(resolve(directory, file), 'utf8');
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new FlagErrors.SOURCE_FAILED({ source: file, detail }, { cause });
  }
}

async function readJson(file: string, { directory }: CliContext): Promise<unknown> {
  const text = await readText(file, directory);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new FlagErrors.NOT_JSON({ source: file, detail }, { cause });
  }
}

function usage(problem: string): Error {
  return new FlagErrors.USAGE({ problem });
}
