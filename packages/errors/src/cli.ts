import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
// Only by public names: otherwise the built index would be split in two, for the sake of the command.
import { catalogue, errorIndexPage, ErrorsErrors, explain, toTerminal } from './index.ts';
import { loadCatalogues, reasonOf } from './load.ts';
import { compareSnapshots, readSnapshot, stabilitySnapshot } from './stability.ts';
import type { StabilityChange, StabilitySnapshot } from './stability.ts';

const help = `Usage
  seaworthy-errors explain <code> <module…>     what an error code means
  seaworthy-errors docs <module…>               the error index as Markdown
      --output <file>   write it there
      --title <text>    heading of the page
  seaworthy-errors check <module…>              fail when a code or parameter was removed
      --snapshot <file> what was promised; commit it  [errors.snapshot.json]
      --update          write what is promised now

A module is a JavaScript or TypeScript file that exports catalogues.
Exit codes: 0 fine, 1 something was removed, 2 wrong usage, 3 could not look.
`;

/** Where the command runs and writes: a test passes its own. */
export interface CliContext {
  readonly directory: string;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

interface Invocation extends CliContext {
  readonly words: readonly string[];
  readonly output: string | undefined;
  readonly title: string | undefined;
  readonly snapshot: string;
  readonly update: boolean;
}

/** Runs the command and answers with its exit code; never throws. */
export async function runCli(args: readonly string[], context: CliContext): Promise<0 | 1 | 2 | 3> {
  try {
    return await run(args, context);
  } catch (error) {
    context.stderr.write(`${toTerminal(error, { stack: false })}\n`);
    return ErrorsErrors.USAGE.is(error) || ErrorsErrors.UNKNOWN_CODE.is(error) ? 2 : 3;
  }
}

async function run(args: readonly string[], context: CliContext): Promise<0 | 1> {
  const { command, isHelp, ...invocation } = parse(args, context);
  if (isHelp) {
    context.stdout.write(help);
    return 0;
  }
  const runCommand = command === undefined ? undefined : commands.get(command);
  if (runCommand === undefined) throw new ErrorsErrors.USAGE({ problem: `There is no command "${command ?? ''}".` });
  return runCommand(invocation);
}

function parse(
  args: readonly string[],
  context: CliContext,
): Invocation & { command: string | undefined; isHelp: boolean } {
  const options = {
    output: { type: 'string' },
    title: { type: 'string' },
    snapshot: { type: 'string' },
    update: { type: 'boolean' },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [command, ...words] = positionals;
    const { output, title, snapshot = 'errors.snapshot.json', update = false } = values;
    refuseStrangers(command ?? '', values);
    return { ...context, command, words, output, title, snapshot, update, isHelp: values.help };
  } catch (cause) {
    if (ErrorsErrors.USAGE.is(cause)) throw cause;
    throw new ErrorsErrors.USAGE(
      { problem: `${cause instanceof Error ? cause.message : 'Unknown option'}.` },
      { cause },
    );
  }
}

const optionsOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['explain', []],
  ['docs', ['output', 'title']],
  ['check', ['snapshot', 'update']],
]);

/** An option of another command would be ignored, and its user would not know. */
function refuseStrangers(command: string, values: Readonly<Record<string, unknown>>): void {
  const known = optionsOf.get(command);
  const stranger = Object.keys(values).find((name) => name !== 'help' && known?.includes(name) === false);
  if (stranger !== undefined) throw new ErrorsErrors.USAGE({ problem: `"${command}" has no option --${stranger}.` });
  const empty = Object.keys(values).find((name) => values[name] === '');
  if (empty !== undefined) throw new ErrorsErrors.USAGE({ problem: `--${empty} needs a text.` });
}

const commands: ReadonlyMap<string, (invocation: Invocation) => Promise<0 | 1>> = new Map([
  ['explain', runExplain],
  ['docs', runDocs],
  ['check', runCheck],
]);

async function runExplain(invocation: Invocation): Promise<0> {
  const [code, ...files] = invocation.words;
  if (code === undefined) throw new ErrorsErrors.USAGE({ problem: 'A code is missing.' });
  invocation.stdout.write(`${explain(code, await loadAll(files, invocation))}\n`);
  return 0;
}

async function runDocs(invocation: Invocation): Promise<0> {
  const { words, output, title, directory, stdout } = invocation;
  const page = errorIndexPage(await loadAll(words, invocation), title === undefined ? {} : { title });
  if (output === undefined) stdout.write(page);
  else await write(resolve(directory, output), page);
  return 0;
}

async function runCheck(invocation: Invocation): Promise<0 | 1> {
  const { words, snapshot, update, directory, stdout, stderr } = invocation;
  const now = stabilitySnapshot(await loadAll(words, invocation));
  const file = resolve(directory, snapshot);
  if (update) {
    await write(file, `${JSON.stringify(now, null, 2)}\n`);
    stderr.write(`Wrote ${Object.keys(now.errors).length} codes to ${snapshot}\n`);
    return 0;
  }
  const changes = compareSnapshots(await readPromise(file), now);
  for (const change of changes) stdout.write(`${lineOf(change)}\n`);
  const breaking = changes.filter((change) => change.kind === 'breaking').length;
  stderr.write(`${breaking} breaking of ${changes.length} changes to ${Object.keys(now.errors).length} codes\n`);
  return breaking === 0 ? 0 : 1;
}

function lineOf({ kind, code, text }: StabilityChange): string {
  return `${kind.padEnd(11)}${code}  ${text}`;
}

async function loadAll(files: readonly string[], context: CliContext): Promise<[ReturnType<typeof catalogue>]> {
  if (files.length === 0) throw new ErrorsErrors.USAGE({ problem: 'A module is missing.' });
  return [catalogue(...(await loadCatalogues(files, context.directory)))];
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new ErrorsErrors.UNWRITABLE({ file, reason: reasonOf(cause) }, { cause });
  }
}

async function readPromise(file: string): Promise<StabilitySnapshot> {
  const snapshot = readSnapshot(await readJson(file));
  if (snapshot === undefined) throw new ErrorsErrors.UNREADABLE({ file, reason: 'it is no snapshot of this command' });
  return snapshot;
}

async function readJson(file: string): Promise<unknown> {
  try {
    // Some editors begin a text with a mark of its encoding, which is no JSON.
    return JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''));
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const reason = isMissing ? 'it does not exist, create it with --update' : reasonOf(cause);
    throw new ErrorsErrors.UNREADABLE({ file, reason }, { cause });
  }
}
