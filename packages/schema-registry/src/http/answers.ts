const mediaType = 'application/vnd.schemaregistry.v1+json';

/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** A refusal; the first three digits of its code are the status. */
export function refusal(errorCode: number, message: string): Answer {
  return { status: Number(String(errorCode).slice(0, 3)), body: { error_code: errorCode, message } };
}

export const refusals = {
  subject: (name: string): Answer => refusal(40_401, `Subject '${name}' not found.`),
  version: (version: number): Answer => refusal(40_402, `Version ${version} not found.`),
  schema: (): Answer => refusal(40_403, 'Schema not found'),
  subjectIsDeleted: (name: string): Answer =>
    refusal(40_404, `Subject '${name}' was soft deleted. Set permanent=true to delete it for good.`),
  subjectIsNotDeleted: (name: string): Answer =>
    refusal(40_405, `Subject '${name}' was not deleted first. Delete it once without permanent=true.`),
  versionIsDeleted: (name: string, version: number): Answer =>
    refusal(40_406, `Subject '${name}' version ${version} was soft deleted. Set permanent=true to delete it for good.`),
  versionIsNotDeleted: (name: string, version: number): Answer =>
    refusal(
      40_407,
      `Subject '${name}' version ${version} was not deleted first. Delete it once without permanent=true.`,
    ),
  noLevel: (name: string): Answer =>
    refusal(40_408, `Subject '${name}' does not have subject-level compatibility configured`),
  noMode: (name: string): Answer => refusal(40_409, `Subject '${name}' does not have subject-level mode configured`),
  invalidSchema: (why: string): Answer => refusal(42_201, `Invalid schema: ${why}`),
  invalidVersion: (text: string): Answer =>
    refusal(
      42_202,
      `The specified version '${text}' is not a valid version id. Send a number from 1 to 2147483647, or "latest".`,
    ),
  invalidLevel: (): Answer =>
    refusal(
      42_203,
      'Invalid compatibility level. Send NONE, BACKWARD, FORWARD or FULL, the last three also with _TRANSITIVE.',
    ),
  invalidMode: (): Answer => refusal(42_204, 'Invalid mode. Send READWRITE or READONLY.'),
  readOnly: (name: string): Answer => refusal(42_205, `Subject '${name}' is in read-only mode`),
  invalidSubject: (): Answer =>
    refusal(42_208, 'The specified subject is not a valid name: 1 to 1024 characters that are visible.'),
  incompatible: (name: string, details: string): Answer =>
    refusal(
      409,
      `Schema being registered is incompatible with an earlier schema for subject '${name}', details: [${details}]`,
    ),
} as const;

export function response({ status, body }: Answer): Response {
  const close: Record<string, string> = status === 408 || status === 413 ? { connection: 'close' } : {};
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': mediaType, 'x-content-type-options': 'nosniff', ...close },
  });
}
