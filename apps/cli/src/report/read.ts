import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliErrors } from '../errors.ts';
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

/** Reads a report from a file. @throws REPORT_UNREADABLE; the signal's reason */
export async function readReport(path: string, cwd: string, signal?: AbortSignal): Promise<Report> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(resolve(cwd, path), signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new CliErrors.REPORT_UNREADABLE({ path, reason: sentence(reasonOf(error)) }, { cause: error });
  }
  return parseReport(path, bytes);
}
