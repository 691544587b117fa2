import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
// Only by public names: otherwise the built index would be split in two, for the sake of the command.
import {
  checkCompatibility,
  checkLock,
  createLock,
  readLock,
  reportText,
  SchemaErrors,
  wireSchemas,
  writeLock,
} from './index.ts';
import type { AnySubject, CompatibilityMode, Difference, ReportFormat, Schema, SchemaLock } from './index.ts';

const help = `Usage
  seaworthy-schema check <module…>                    fail when the published schemas were broken
      --mode <mode>      what new versions must keep to  [BACKWARD]
      --format <format>  text, json, github or junit  [text]
      --strict           fail on warnings too
  seaworthy-schema update <module…>                   check, then write the lock
      --mode <mode>      what new versions must keep to  [BACKWARD]
  seaworthy-schema show <module> <subject> [version]  a version as JSON Schema
  seaworthy-schema diff <module> <subject> <from> <to>
                                                      what changed, in both directions
  check and update take --lock <file>  [schemas.lock.json]

A module is a JavaScript or TypeScript file that exports subjects or registries.
Modes: NONE, BACKWARD, FORWARD, FULL, and the last three with _TRANSITIVE.
Exit codes: 0 fine, 1 something was broken, 2 wrong usage, 3 could not look.
`;

/** Where the command runs and writes: a test passes its own. */
export interface CliContext {
  readonly directory: string;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

interface Invocation extends CliContext {
  readonly words: readonly string[];
  readonly lock: string;
  readonly mode: CompatibilityMode;
  readonly format: ReportFormat;
  readonly strict: boolean;
}

/** Runs the command and answers with its exit code; never throws. */
export async function runCli(args: readonly string[], context: CliContext): Promise<0 | 1 | 2 | 3> {
  try {
    return await run(args, context);
  } catch (error) {
    context.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return [SchemaErrors.USAGE, SchemaErrors.UNKNOWN_SUBJECT, SchemaErrors.UNKNOWN_VERSION].some((kind) =>
      kind.is(error),
    )
      ? 2
      : 3;
  }
}

interface Command {
  readonly run: (invocation: Invocation) => Promise<0 | 1>;
  readonly options: readonly string[];
  /** How few and how many words it takes. */
  readonly words: readonly [least: number, most: number];
}

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['check', { run: runCheck, options: ['lock', 'mode', 'format', 'strict'], words: [1, Infinity] }],
  ['update', { run: runUpdate, options: ['lock', 'mode'], words: [1, Infinity] }],
  ['show', { run: runShow, options: [], words: [2, 3] }],
  ['diff', { run: runDiff, options: [], words: [4, 4] }],
]);

async function run(args: readonly string[], context: CliContext): Promise<0 | 1> {
  const { values, positionals } = parse(args);
  if (values.help) {
    context.stdout.write(help);
    return 0;
  }
  const [name = '', ...words] = positionals;
  const command = commands.get(name);
  if (!command) throw usage(`There is no command "${name}".`);
  const stranger = Object.keys(values).find((option) => !command.options.includes(option));
  if (stranger !== undefined) throw usage(`"${name}" has no option --${stranger}.`);
  const [least, most] = command.words;
  if (words.length < least || words.length > most) throw usage(`"${name}" takes other words.`);
  const { lock = 'schemas.lock.json', strict = false, mode = 'BACKWARD', format = 'text' } = values;
  if (!isFormat(format)) throw usage(`There is no format "${format}".`);
  return command.run({
    ...context,
    words,
    lock: resolve(context.directory, lock),
    mode: mode as CompatibilityMode,
    format,
    strict,
  });
}

function isFormat(format: string): format is ReportFormat {
  return ['text', 'json', 'github', 'junit'].includes(format);
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    lock: text,
    mode: text,
    format: text,
    strict: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    throw usage(`${cause instanceof Error ? cause.message : 'Unknown option'}.`);
  }
}

function usage(problem: string): Error {
  return new SchemaErrors.USAGE({ problem });
}

async function runCheck(invocation: Invocation): Promise<0 | 1> {
  const { lock: file, mode, strict, format, stdout } = invocation;
  const lock = await readLock(file);
  if (!lock) throw new SchemaErrors.UNREADABLE_LOCK({ file, reason: 'it does not exist' });
  const subjects = await loadSubjects(invocation.words, invocation.directory);
  const report = checkLock(subjects, lock, { compatibility: checkedMode(mode), strict });
  stdout.write(reportText(report, format));
  return report.passed ? 0 : 1;
}

/** A wrong mode is the user's mistake, and no failure to look. */
function checkedMode(mode: CompatibilityMode): CompatibilityMode {
  try {
    checkCompatibility(true, true, mode);
    return mode;
  } catch (cause) {
    throw usage(cause instanceof Error ? cause.message : String(cause));
  }
}

async function runUpdate(invocation: Invocation): Promise<0 | 1> {
  const { lock: file, mode, stdout, stderr } = invocation;
  const before: SchemaLock = (await readLock(file)) ?? { lockVersion: 1, exemptions: [], subjects: {} };
  const subjects = await loadSubjects(invocation.words, invocation.directory);
  const report = checkLock(subjects, before, { compatibility: checkedMode(mode) });
  const problems = report.problems.filter(({ rule }) => rule !== 'not-locked' && rule !== 'docs-changed');
  if (problems.length > 0) stdout.write(reportText({ ...report, problems }, 'text'));
  if (!report.passed) return 1;
  await writeLock(file, withRemoved(createLock(subjects, before), before));
  stderr.write(`Wrote ${report.checked} versions to ${file}\n`);
  return 0;
}

/** An exempted removal stays known: its number must not be given to another schema. */
function withRemoved(lock: SchemaLock, before: SchemaLock): SchemaLock {
  const names = new Set([...Object.keys(before.subjects), ...Object.keys(lock.subjects)]);
  const subjects = [...names].map((name) => [name, { ...before.subjects[name], ...lock.subjects[name] }] as const);
  return { ...lock, subjects: Object.fromEntries(subjects) };
}

async function runShow({ words, directory, stdout }: Invocation): Promise<0> {
  const [module = '', name = '', number] = words;
  const subject = find(await loadSubjects([module], directory), name);
  const version = number === undefined ? subject.latest : Number(number);
  stdout.write(`${JSON.stringify(wireSchemas(schemaAt(subject, version)).read, null, 2)}\n`);
  return 0;
}

async function runDiff({ words, directory, stdout }: Invocation): Promise<0 | 1> {
  const [module = '', name = '', from, to] = words;
  const subject = find(await loadSubjects([module], directory), name);
  const { verdict, differences } = checkCompatibility(
    schemaAt(subject, Number(from)),
    schemaAt(subject, Number(to)),
    'FULL',
  );
  for (const difference of differences) stdout.write(differenceLine(difference));
  stdout.write(`${verdict}: ${differences.length} differences\n`);
  return verdict === 'breaking' ? 1 : 0;
}

function differenceLine({ breaking, direction, path, type, witness }: Difference): string {
  const data = breaking ? `  ${JSON.stringify(witness)}` : '';
  return `${breaking ? 'breaking' : 'fine    '}  ${direction.padEnd(8)}  ${path || 'the whole value'}  ${type}${data}\n`;
}

function find(subjects: readonly AnySubject[], name: string): AnySubject {
  const found = subjects.find((subject) => subject.name === name);
  if (found) return found;
  const known = subjects.map((subject) => subject.name).toSorted();
  throw new SchemaErrors.UNKNOWN_SUBJECT({ subject: name, known: known.join(', ') || 'none' });
}

function schemaAt(subject: AnySubject, version: number): Schema {
  const definition = subject.definitions[version - 1];
  if (definition) return definition.schema;
  throw new SchemaErrors.UNKNOWN_VERSION({ subject: subject.name, version, latest: subject.latest });
}

/** Imports modules and takes every subject and registry that they export. */
async function loadSubjects(files: readonly string[], directory: string): Promise<readonly AnySubject[]> {
  const found = new Map<string, AnySubject>();
  for (const file of files) {
    const subjects = subjectsIn(await importModule(resolve(directory, file)));
    if (subjects.length === 0) throw new SchemaErrors.NO_SUBJECTS({ module: file });
    for (const subject of subjects) {
      const known = found.get(subject.name);
      if (!known || known.latest < subject.latest) found.set(subject.name, subject);
    }
  }
  return [...found.values()];
}

async function importModule(path: string): Promise<object> {
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    return Object(module);
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '');
    throw new SchemaErrors.UNREADABLE_MODULE({ module: path, reason }, { cause });
  }
}

function subjectsIn(module: object): readonly AnySubject[] {
  const exported: unknown[] = Object.values(module);
  const main: unknown = Reflect.get(module, 'default');
  const inside = Array.isArray(main) ? main : [];
  return [...exported, ...inside].flatMap((value: unknown) => {
    if (isSubject(value)) return [value];
    return isRegistry(value) ? value.list().map(({ name }) => value.get(name)) : [];
  });
}

// By shape, not by class: the module may have its own copy of this package.
function isSubject(value: unknown): value is AnySubject {
  return isRecord(value) && typeof value['name'] === 'string' && Array.isArray(value['definitions']);
}

interface AnyRegistry {
  list(): readonly { readonly name: string }[];
  get(name: string): AnySubject;
}

function isRegistry(value: unknown): value is AnyRegistry {
  return (
    isRecord(value) && typeof value['list'] === 'function' && typeof value['get'] === 'function' && 'decode' in value
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
