import type { EvaluationContext } from '../evaluation.ts';
import { isRecord } from '../json.ts';

/** Why a request cannot be answered. */
export interface BadRequest {
  readonly status: number;
  readonly errorCode: 'PARSE_ERROR' | 'INVALID_CONTEXT' | 'GENERAL';
  readonly errorDetails: string;
}

export type ReadContext = { readonly context: EvaluationContext } | { readonly bad: BadRequest };

/** The context of a request; an empty body is an empty context. */
export async function readContext(request: Request, maxBodyBytes: number): Promise<ReadContext> {
  const text = await readText(request, maxBodyBytes);
  if (text === undefined) {
    return refuse(413, 'GENERAL', `The body is longer than ${maxBodyBytes} bytes. Send a smaller context.`);
  }
  if (text === '') return { context: {} };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return refuse(400, 'PARSE_ERROR', 'The body is not JSON. Send { "context": { … } }.');
  }
  const context = isRecord(body) ? (body['context'] ?? {}) : undefined;
  if (!isRecord(context))
    return refuse(400, 'INVALID_CONTEXT', 'The body has no object "context". Send { "context": { … } }.');
  const { targetingKey } = context;
  if (targetingKey !== undefined && typeof targetingKey !== 'string') {
    return refuse(400, 'INVALID_CONTEXT', `The targetingKey is ${typeof targetingKey}. Send a text.`);
  }
  return { context: { ...context, ...(targetingKey !== undefined && { targetingKey }) } };
}

function refuse(status: number, errorCode: BadRequest['errorCode'], errorDetails: string): ReadContext {
  return { bad: { status, errorCode, errorDetails } };
}

/** Undefined if there is more than the limit; no more than that is ever held. */
async function readText({ body }: Request, maxBytes: number): Promise<string | undefined> {
  if (!body) return '';
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks).toString('utf8');
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      return undefined;
    }
    chunks.push(value);
  }
}
