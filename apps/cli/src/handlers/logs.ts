import { resolve } from 'node:path';
import { verifyAudit, type AuditHead, type AuditReport } from '@seaworthy/logger';
import { CliErrors } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMessages, type Messages } from '../i18n/messages.ts';
import type { Io } from '../io.ts';
import { reasonOf, sentence } from '../project/problem.ts';

/** The flags of `seaworthy logs verify`. */
export interface VerifyFlags {
  /** The name of the environment variable that holds the key: a key among the arguments would be seen by every user. */
  readonly keyVariable?: string;
  /** The head that was kept elsewhere, as `number:hash`. */
  readonly expected?: string;
}

/** Checks the chain of an audit log; prints where it stands, or the first bad line. */
export async function verify(flags: VerifyFlags, file: string, io: Io): Promise<number> {
  const options = readOptions(flags, io);
  const report = await read(file, options, io);
  io.stdout.write(`${describe(file, report, await loadMessages(io.locale))}\n`);
  return report.isValid ? exitCodes.clean : exitCodes.found;
}

interface Options {
  readonly key?: string;
  readonly expected?: AuditHead;
}

function readOptions({ keyVariable, expected }: VerifyFlags, io: Io): Options {
  const key = keyVariable === undefined ? undefined : io.variables[keyVariable];
  if (keyVariable !== undefined && !key) throw new CliErrors.KEY_VARIABLE_EMPTY({ variable: keyVariable });
  return { ...(key && { key }), ...(expected !== undefined && { expected: readHead(expected) }) };
}

function readHead(text: string): AuditHead {
  const [, seq, hash] = /^(\d+):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (seq === undefined || hash === undefined) throw new CliErrors.HEAD_UNREADABLE({ received: text });
  return { seq: Number(seq), hash: hash.toLowerCase() };
}

async function read(file: string, options: Options, io: Io): Promise<AuditReport> {
  try {
    return await verifyAudit(resolve(io.cwd, file), options);
  } catch (error) {
    throw new CliErrors.AUDIT_LOG_UNREADABLE({ path: file, reason: sentence(reasonOf(error)) }, { cause: error });
  }
}

function describe(file: string, { entries, head, firstBad }: AuditReport, { logs }: Messages): string {
  if (firstBad) return `${file}:${firstBad.line}  ${sentence(firstBad.reason)}\n${logs.holdBefore(entries)}`;
  return `${file}: ${logs.noneChanged(entries, `${head.seq}:${head.hash}`)}`;
}
