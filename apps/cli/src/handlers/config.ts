import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { ConfigErrors, type Config } from '@seaworthy/config';
import { readServiceConfig, type ServiceConfig, type SourceFlags } from '../config/service-config.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMessages, type Messages } from '../i18n/messages.ts';
import type { Io } from '../io.ts';
import { writeAtomically } from '../output.ts';
import { printable } from '../reporters/text.ts';

/** The flags of `seaworthy config show` and `check`. */
export interface ConfigFlags extends SourceFlags {
  readonly json?: boolean;
}

/** The flags of `seaworthy config docs`. */
export interface ConfigDocsFlags {
  readonly prefix?: string;
  readonly schema?: boolean;
  readonly out?: string;
}

/** Shows every value and where it came from; secrets are redacted. */
export async function show({ json = false, ...flags }: ConfigFlags, path: string, io: Io): Promise<number> {
  const config = await (await readServiceConfig(path, flags, io)).load();
  try {
    const rows = rowsOf(config);
    const environment = config.environment.name;
    io.stdout.write(
      json ? toJson({ schemaVersion: 1, environment, values: rows }) : toText(rows, io, await loadMessages(io.locale)),
    );
    return exitCodes.clean;
  } finally {
    await config.close();
  }
}

/** Tells everything that is wrong with the values. */
export async function check({ json = false, ...flags }: ConfigFlags, path: string, io: Io): Promise<number> {
  try {
    const config = await (await readServiceConfig(path, flags, io)).load();
    await config.close();
    const { nothingWrong } = (await loadMessages(io.locale)).config;
    const keys = config.describe().length;
    const said = `${printable(path)}: ${nothingWrong(keys, printable(config.environment.name))}\n`;
    io.stdout.write(json ? toJson({ schemaVersion: 1, ok: true, problems: [] }) : said);
    return exitCodes.clean;
  } catch (error) {
    if (!ConfigErrors.INVALID.is(error)) throw error;
    const { problems, list } = error.params;
    const messages = await loadMessages(io.locale);
    const lines = [
      ...list.split('\n').map(printable),
      '',
      messages.config.hasProblems(printable(path), problems.length),
      '',
    ];
    io.stdout.write(json ? toJson({ schemaVersion: 1, ok: false, problems }) : lines.join('\n'));
    return exitCodes.usage;
  }
}

/** Writes what can be configured as a Markdown table, or as JSON Schema; no value is read. */
export async function docs({ prefix, schema = false, out }: ConfigDocsFlags, path: string, io: Io): Promise<number> {
  const { documents } = await readServiceConfig(path, {}, io);
  const text = schema ? toJson(documents.jsonSchema()) : `${markdownOf(documents, prefix)}\n`;
  if (out === undefined) io.stdout.write(text);
  else await writeAtomically(resolve(io.cwd, out), text);
  return exitCodes.clean;
}

function markdownOf(documents: ServiceConfig['documents'], prefix: string | undefined): string {
  return documents.markdown(prefix === undefined ? {} : { prefix });
}

type Row = ReturnType<typeof rowsOf>[number];

function rowsOf(config: Config) {
  return config.describe().map(({ value, ...row }) => ({
    ...row,
    value: inJson(value),
    overridden: config.explain(row.key).overridden.map((lost) => ({ ...lost, value: inJson(lost.value) })),
  }));
}

function toText(rows: readonly Row[], { paint }: Io, { config }: Messages): string {
  const shown = (value: unknown): string => textOf(value) ?? config.notSet;
  const keyWidth = Math.max(0, ...rows.map(({ key }) => key.length));
  const valueWidth = Math.min(40, Math.max(0, ...rows.map(({ value }) => shown(value).length)));
  const lines = rows.flatMap(({ key, value, source, overridden }) => [
    `${printable(key).padEnd(keyWidth)}  ${shown(value).padEnd(valueWidth)}  ${printable(source)}`,
    ...overridden.map((lost) =>
      paint('dim', `${' '.repeat(keyWidth)}  ${config.over(shown(lost.value), printable(lost.source))}`),
    ),
  ]);
  return lines.map((line) => `${line}\n`).join('');
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : printable(JSON.stringify(value, plain));
}

/** A schema may make anything of what it reads, also what JSON does not have: circles, functions. */
function inJson(value: unknown): unknown {
  if (value === undefined) return undefined;
  try {
    return JSON.stringify(value, plain) === undefined ? inspect(value) : value;
  } catch {
    return inspect(value);
  }
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, plain, 2)}\n`;
}

function plain(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
