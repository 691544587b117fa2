import type { Evaluation } from '../evaluation.ts';

/** One flag, as OFREP's bodies have it. A flag without a value leaves it out: the code's own default applies. */
export function flagAnswer(key: string, evaluation: Evaluation): object {
  const { value, variant, reason, errorCode, errorMessage, flagMetadata } = evaluation;
  if (errorCode) return { key, errorCode, errorDetails: errorMessage };
  return { key, value, reason, variant, metadata: flagMetadata };
}

/** OFREP's status for an evaluation. */
export function statusOf({ errorCode }: Evaluation): number {
  if (!errorCode) return 200;
  return errorCode === 'FLAG_NOT_FOUND' ? 404 : 400;
}

export function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** A refusal in OFREP's shape. */
export function refusal(status: number, errorCode: string, errorDetails: string, key?: string): Response {
  return json(status, { ...(key !== undefined && { key }), errorCode, errorDetails });
}
