import { refusal, type Answer } from './answers.ts';

export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
}

export type ReadBody = { readonly body: Readonly<Record<string, unknown>> } | { readonly refused: Answer };

const accepted: ReadonlySet<string> = new Set([
  'application/vnd.schemaregistry.v1+json',
  'application/vnd.schemaregistry+json',
  'application/json',
  'application/octet-stream',
]);

/** The JSON object of a request, if it is one, is small enough and comes in time. */
export async function readBody(request: Request, limits: BodyLimits): Promise<ReadBody> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== undefined && type !== '' && !accepted.has(type)) {
    return { refused: refusal(415, `The content type '${type}' is not understood. Send application/json.`) };
  }
  const text = await readText(request, limits);
  if (typeof text !== 'string') return { refused: text };
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return { body: body as Record<string, unknown> };
  } catch {
    return { refused: refusal(400, 'The body is not JSON.') };
  }
  return { refused: refusal(400, 'The body is not a JSON object.') };
}

async function readText({ body }: Request, { maxBodyBytes, bodyTimeoutMs }: BodyLimits): Promise<string | Answer> {
  if (!body) return '';
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    reader.cancel().catch(() => undefined);
  }, bodyTimeoutMs);
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length;
      if (length > maxBodyBytes) break;
      chunks.push(next.value);
    }
  } finally {
    clearTimeout(timer);
  }
  if (isLate) return refusal(408, `The body did not come within ${bodyTimeoutMs} ms.`);
  if (length <= maxBodyBytes) return Buffer.concat(chunks).toString('utf8');
  reader.cancel().catch(() => undefined);
  return refusal(413, `The body is longer than ${maxBodyBytes} bytes.`);
}
