import type { Pipeline } from '@seaworthy/resilience';
import { CliErrors } from '../errors.ts';
import { property } from '../project/record.ts';
import { connectionProblem, parseAnswer, problemText } from './answer.ts';

export interface PullOptions {
  /** The version of the command line. */
  readonly version: string;
  /** Made with `pushPipeline`. */
  readonly pipeline: Pick<Pipeline, 'execute'>;
  readonly signal: AbortSignal;
}

/** More than any server of ours takes. */
const mostBytes = 64 * 2 ** 20;

/** The address that a server gives a report at, for the address of its page or of itself; undefined for any other. */
export function reportAddress(text: string): URL | undefined {
  const [, base, id] = /^(https?:\/\/[^?#]+?)\/(?:api\/v1\/)?reports\/([^/?#]+)\/?$/.exec(text) ?? [];
  const address = `${base}/api/v1/reports/${id}`;
  return base !== undefined && URL.canParse(address) ? new URL(address) : undefined;
}

/** The address of the newest report that a server has of a project. @throws REPORT_NOT_THERE, REPORT_UNREACHABLE; the signal's reason */
export async function newestReport(server: string, project: string, options: PullOptions): Promise<URL> {
  const base = server.endsWith('/') ? server : `${server}/`;
  const url = new URL(`api/v1/projects/${encodeURIComponent(project)}/reports`, base);
  const answer = parseAnswer(new TextDecoder().decode(await pullReport(url, options)));
  const reports = property(answer, 'reports');
  const id = Array.isArray(reports) ? property(reports[0], 'id') : undefined;
  if (typeof id === 'string') return new URL(`api/v1/reports/${encodeURIComponent(id)}`, base);
  throw new CliErrors.REPORT_NOT_THERE({ url: url.href, status: 200, detail: 'the answer is no list of reports.' });
}

/** Reads what a server has at an address. @throws REPORT_NOT_THERE, REPORT_UNREACHABLE; the signal's reason */
export async function pullReport(url: URL, { version, pipeline, signal }: PullOptions): Promise<Uint8Array> {
  const headers = { accept: 'application/json', 'user-agent': `seaworthy/${version}` };
  return pipeline.execute((call) => pullOnce(url, headers, call.signal), { signal });
}

async function pullOnce(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Uint8Array> {
  let status: number;
  let bytes: Uint8Array;
  try {
    const response = await fetch(url, { headers, redirect: 'manual', signal });
    status = response.status;
    bytes = await readBody(response);
  } catch (error) {
    signal.throwIfAborted();
    throw new CliErrors.REPORT_UNREACHABLE({ url: url.href, reason: connectionProblem(error) }, { cause: error });
  }
  if (status === 200 && bytes.byteLength <= mostBytes) return bytes;
  const isTooLong = bytes.byteLength > mostBytes;
  const detail = isTooLong ? `more than ${mostBytes} bytes came.` : wordsOf(bytes);
  throw status >= 500
    ? new CliErrors.REPORT_UNREACHABLE({ url: url.href, reason: `it answered ${status}: ${detail}` })
    : new CliErrors.REPORT_NOT_THERE({ url: url.href, status, detail });
}

function wordsOf(bytes: Uint8Array): string {
  return problemText(parseAnswer(new TextDecoder().decode(bytes))) ?? 'it gave no reason.';
}

/** Ends soon after the limit: an endless answer fills no memory. */
async function readBody({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length > mostBytes) break;
  }
  return Buffer.concat(chunks);
}
