// Signature Version 4 as its publisher describes it, to judge what the server signs: written from the description alone, with no
// line of the code that signs. `test/storage/signature-v4.test.ts` compares it with the examples of the description.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedRequest {
  readonly method: string;
  /** With its query, as it came over the wire. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** What is wrong with the signature, as the code of an S3 error; undefined when it is right. */
export function judge(request: SignedRequest, signer: Signer, now: Date): string | undefined {
  const [path = '', query = ''] = request.target.split('?', 2);
  const parameters = query === '' ? [] : query.split('&').map((each) => each.split('=', 2) as [string, string?]);
  const inQuery = Object.fromEntries(parameters.map(([key, value = '']) => [key, decodeURIComponent(value)]));
  const given = inQuery['X-Amz-Signature'] === undefined ? ofHeader(request.headers) : ofQuery(inQuery);
  if (given === undefined) return 'AccessDenied';
  const { credential, signedHeaders, signature, date, expires } = given;
  const [accessKeyId, day, region, service, end] = credential.split('/');
  if (accessKeyId !== signer.accessKeyId) return 'InvalidAccessKeyId';
  if (day !== date.slice(0, 8) || service !== 's3' || end !== 'aws4_request')
    return 'AuthorizationQueryParametersError';
  if (region !== signer.region) return 'AuthorizationHeaderMalformed';
  const signedAt = Date.parse(date.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
  if (expires === undefined && Math.abs(now.getTime() - signedAt) > 900_000) return 'RequestTimeTooSkewed';
  if (expires !== undefined && now.getTime() > signedAt + expires * 1_000) return 'AccessDenied';
  if (!signedHeaders.includes('host')) return 'AccessDenied';
  const canonical = [
    request.method,
    path,
    parameters
      .filter(([key]) => key !== 'X-Amz-Signature')
      .map(([key, value = '']) => `${key}=${value}`)
      .toSorted((one, other) => (one < other ? -1 : 1))
      .join('&'),
    ...signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    expires === undefined ? (request.headers['x-amz-content-sha256'] ?? '') : 'UNSIGNED-PAYLOAD',
  ].join('\n');
  const scope = [day, region, service, end].join('/');
  const text = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [day, region, service, end].reduce<Buffer | string>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    `AWS4${signer.secretAccessKey}`,
  );
  const expected = createHmac('sha256', key).update(text).digest();
  const sent = Buffer.from(signature, 'hex');
  return sent.length === expected.length && timingSafeEqual(sent, expected) ? undefined : 'SignatureDoesNotMatch';
}

interface Given {
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly date: string;
  readonly expires: number | undefined;
}

function ofHeader(headers: Readonly<Record<string, string>>): Given | undefined {
  const found = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
    headers['authorization'] ?? '',
  );
  if (found === null) return undefined;
  const [, credential = '', signedHeaders = '', signature = ''] = found;
  return {
    credential,
    signedHeaders: signedHeaders.split(';'),
    signature,
    date: headers['x-amz-date'] ?? '',
    expires: undefined,
  };
}

function ofQuery(query: Readonly<Record<string, string>>): Given {
  return {
    credential: query['X-Amz-Credential'] ?? '',
    signedHeaders: (query['X-Amz-SignedHeaders'] ?? '').split(';'),
    signature: query['X-Amz-Signature'] ?? '',
    date: query['X-Amz-Date'] ?? '',
    expires: Number(query['X-Amz-Expires']),
  };
}
