import { createHash, randomUUID } from 'node:crypto';
import { ServerErrors } from '../../errors.ts';
import type { Report } from './contract.ts';
import type { Reader, Sender } from './rights.ts';
import type { ProjectSummary, ReportStore, StoredReport } from './store.ts';

/** The part of a schema registry that reads a versioned document. */
export interface ReportDecoder {
  decode(document: { readonly schema: string; readonly version: number; readonly data: unknown }): {
    readonly value: unknown;
  };
}

export interface ReceivedReport {
  readonly id: string;
  readonly project: string;
  /** False when the newest report of the project was the same, byte for byte: a repeated push adds nothing. */
  readonly created: boolean;
  /** Whether the project is new, and its sender's. */
  readonly isOwned?: boolean;
}

export interface ReportPage {
  readonly stored: StoredReport;
  readonly report: Report;
}

/** What the other modules and the pages may ask about reports. */
export interface Reports {
  /** @throws NOT_A_REPORT, REPORT_NOT_ALLOWED, or the registry's own coded error (unknown or future version, invalid data). */
  receive(bytes: Uint8Array, sentBy: string, sender: Sender): Promise<ReceivedReport>;
  /** Those that the reader may see. */
  projects(reader: Reader): Promise<readonly ProjectSummary[]>;
  /** Newest first. @throws ServerErrors.PROJECT_UNKNOWN, also of one that the reader may not see */
  history(project: string, reader: Reader, limit?: number): Promise<readonly StoredReport[]>;
  /** @throws ServerErrors.REPORT_UNKNOWN, also of one that the reader may not see */
  open(id: string, reader: Reader): Promise<ReportPage>;
  /** The bytes as they came. @throws ServerErrors.REPORT_UNKNOWN, also of one that the reader may not see */
  raw(id: string, reader: Reader): Promise<string>;
}

export function createReports(
  store: ReportStore,
  registry: ReportDecoder,
  now: () => Date = () => new Date(),
): Reports {
  const find = async (id: string, reader: Reader) => {
    const found = await store.body(id, reader);
    if (found === undefined) throw new ServerErrors.REPORT_UNKNOWN({ id });
    return found;
  };
  return {
    async receive(bytes, sentBy, sender) {
      const body = toText(bytes);
      const report = read(body, registry);
      const kept = {
        id: randomUUID(),
        project: report.project.name,
        receivedAt: now().toISOString(),
        sentBy,
        digest: createHash('sha256').update(bytes).digest('hex'),
        overall: report.score.overall,
        ...report.summary,
        body,
      };
      const added = await store.add(kept, sender);
      if (added === 'not allowed') throw new ServerErrors.REPORT_NOT_ALLOWED({ name: kept.project });
      return { ...added, project: kept.project };
    },
    projects: (reader) => store.projects(reader),
    async history(project, reader, limit = 100) {
      const reports = await store.history(project, limit, reader);
      if (reports.length === 0) throw new ServerErrors.PROJECT_UNKNOWN({ name: project });
      return reports;
    },
    async open(id, reader) {
      const { report: stored, body } = await find(id, reader);
      return { stored, report: read(body, registry) };
    },
    raw: async (id, reader) => (await find(id, reader)).body,
  };
}

/** Reads the version that the body names, and brings it to the newest. */
function read(body: string, registry: ReportDecoder): Report {
  const data = parseJson(body);
  if (typeof data !== 'object' || data === null || !('schema' in data) || !('schemaVersion' in data)) {
    throw new ServerErrors.NOT_A_REPORT({ reason: 'it names no schema and schemaVersion' });
  }
  const { schema, schemaVersion: version } = data;
  if (schema !== 'seaworthy.report' || typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) {
    throw new ServerErrors.NOT_A_REPORT({ reason: `its schema is ${show(schema)}, version ${show(version)}` });
  }
  return registry.decode({ schema, version, data }).value as Report;
}

/** A stranger's value in a message: short, and never walked into. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** Text that gives the same bytes again. */
function toText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ServerErrors.NOT_A_REPORT({ reason: 'it is not UTF-8' }, { cause });
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServerErrors.NOT_A_REPORT({ reason: `it is not JSON (${reason})` }, { cause });
  }
}
