import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliErrors } from '../errors.ts';
import type { Io } from '../io.ts';
import { reasonOf, sentence } from '../project/problem.ts';
import { property } from '../project/record.ts';
import type { Report } from './report.ts';
import { createSchemas } from './schema.ts';

const reportName = 'seaworthy.report';

/** Checks the bytes of a report against its schema. @throws REPORT_UNREADABLE with what is wrong */
export function parseReport(path: string, bytes: Uint8Array): Report {
  try {
    const data: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (property(data, 'schema') !== reportName)
      throw new CliErrors.REPORT_UNREADABLE({ path, reason: `it is no ${reportName}.` });
    return createSchemas().decode({ schema: reportName, version: Number(property(data, 'schemaVersion')), data }).value;
  } catch (error) {
    if (CliErrors.REPORT_UNREADABLE.is(error)) throw error;
    const reason = sentence(error instanceof Error ? error.message : String(error));
    throw new CliErrors.REPORT_UNREADABLE({ path, reason }, { cause: error });
  }
}

/** Reads a report from a file. @throws REPORT_UNREADABLE */
export async function readReport(path: string, io: Pick<Io, 'cwd' | 'stdin'>): Promise<Report> {
  return parseReport(path, await readReportBytes(path, io));
}

/** Reads the bytes of a file, or of standard input for `-`. @throws REPORT_UNREADABLE; the signal's reason */
export async function readReportBytes(
  path: string,
  { cwd, stdin }: Pick<Io, 'cwd' | 'stdin'>,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    if (path !== '-') return new Uint8Array(await readFile(resolve(cwd, path), signal && { signal }));
    return await readAll(stdin, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw new CliErrors.REPORT_UNREADABLE({ path, reason: sentence(reasonOf(error)) }, { cause: error });
  }
}

/** Reads to the end, or until the signal aborts: a stream that waits for its writer does not look at it. */
async function readAll(
  stream: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  const pieces = stream[Symbol.asyncIterator]();
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      const piece = await Promise.race([pieces.next(), stopped.promise]);
      if (piece.done === true) return new Uint8Array(Buffer.concat(chunks));
      chunks.push(piece.value);
    }
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
