import type { IncomingMessage } from 'node:http';
import { ManagementErrors } from './errors.ts';

/** Reads a JSON body; `undefined` when there is none. @throws MEDIA_TYPE_REFUSED, BODY_TOO_LARGE, BODY_NOT_JSON */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  if (length === '0' && encoding === undefined) return undefined;
  const mediaType = request.headers['content-type'] ?? 'nothing';
  // A form of another site can send text/plain without asking first, but not this.
  if (!/^application\/json\s*(;|$)/i.test(mediaType)) throw new ManagementErrors.MEDIA_TYPE_REFUSED({ mediaType });
  const text = await readText(request, limit);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ManagementErrors.BODY_NOT_JSON({}, { cause: error });
  }
}

async function readText(request: IncomingMessage, limit: number): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new ManagementErrors.BODY_TOO_LARGE({ limit });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > limit) throw new ManagementErrors.BODY_TOO_LARGE({ limit });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
