import { parseArgs } from 'node:util';
import { LoggerErrors } from '../errors.ts';
import type { AuditHead } from './chain.ts';
import { verifyAudit, type AuditReport, type VerifyOptions } from './verify.ts';

const help = `Usage
  seaworthy-audit verify <file…>   checks every entry of audit logs, and that none is missing at the end
      --expected <seq>:<hash>      an entry that the log must have, from a head kept elsewhere
      --head <file>                the head file, where it is not <file>.head
      --no-head                    there is no head file
      --json                       one line of JSON for each log

The key of the logs, if they have one, is read from the environment variable AUDIT_KEY.
Exit codes: 0 nothing was changed, 1 a log was changed, 2 wrong usage, 3 could not look.
`;

/** Where the command runs and writes: a test passes its own. */
export interface AuditCliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

interface Invocation {
  readonly paths: readonly string[];
  readonly options: VerifyOptions;
  readonly isJson: boolean;
}

/** Runs the command and answers with its exit code; never throws. */
export async function runAuditCli(args: readonly string[], context: AuditCliContext): Promise<0 | 1 | 2 | 3> {
  const { stdout, stderr, env } = context;
  try {
    const invocation = parse(args, env['AUDIT_KEY']);
    if (invocation) return await verifyAll(invocation, context);
    stdout.write(help);
    return 0;
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return LoggerErrors.AUDIT_USAGE.is(error) ? 2 : 3;
  }
}

async function verifyAll({ paths, options, isJson }: Invocation, { stdout }: AuditCliContext): Promise<0 | 1> {
  let code: 0 | 1 = 0;
  for (const path of paths) {
    const report = await verifyAudit(path, options);
    if (!report.isValid) code = 1;
    stdout.write(isJson ? `${JSON.stringify({ path, ...report })}\n` : describe(path, report));
  }
  return code;
}

function describe(path: string, { isValid, entries, head, firstBad }: AuditReport): string {
  if (isValid) return `${path}: ${entries} entries, none changed. Head ${head.seq}:${head.hash}\n`;
  return `${path}:${firstBad?.line}: ${firstBad?.reason}. The ${entries} entries before are as they were written.\n`;
}

/** What was asked for; `undefined` for the help. @throws AUDIT_USAGE */
function parse(args: readonly string[], key: string | undefined): Invocation | undefined {
  const { values, positionals } = parseWords(args);
  const [command, ...paths] = positionals;
  if (values.help === true) return undefined;
  if (command !== 'verify') refuse(command === undefined ? 'a command is missing' : `there is no command "${command}"`);
  if (paths.length === 0) refuse('the file is missing');
  const { head, expected } = values;
  if (paths.length > 1 && (head ?? expected) !== undefined) refuse('a head belongs to one file, and there are several');
  const headPath = values['no-head'] === true ? false : head;
  const options: VerifyOptions = {
    ...(key !== undefined && key !== '' && { key }),
    ...(headPath !== undefined && { headPath }),
    ...(expected !== undefined && { expected: readExpected(expected) }),
  };
  return { paths, options, isJson: values.json === true };
}

function parseWords(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        expected: { type: 'string' },
        head: { type: 'string' },
        'no-head': { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function readExpected(text: string): AuditHead {
  const [, seq, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined) return refuse(`"${text}" is not a number, a colon and a hash`);
  return { seq: Number(seq), hash };
}

function refuse(problem: string): never {
  throw new LoggerErrors.AUDIT_USAGE({ problem });
}
