// One request to a bucket, signed by Signature Version 4.
// (1) The digest of a body is signed with it: a bucket refuses what was changed on the way.
// (2) A signal ends a request until its answer begins; after that whoever reads it has to.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { AwsV4Signer } from 'aws4fetch';
import { urlOf, type BucketPlace } from './address.ts';

/** What is sent; it is opened anew for each attempt. */
export interface BucketBody {
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
  open(): Readable;
}

export interface BucketRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Of an object; without one the bucket itself is asked. */
  readonly name?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BucketBody;
  readonly signal: AbortSignal;
}

export interface BucketSender extends Disposable {
  send(request: BucketRequest): Promise<IncomingMessage>;
  /** An address that anybody may read the object by, for so many seconds. @param caching What the bucket says in `Cache-Control` */
  sign(name: string, seconds: number, caching?: string): Promise<string>;
}

/** The digest of nothing. */
const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export function createSender(place: BucketPlace): BucketSender {
  const isSafe = new URL(place.endpoint).protocol === 'https:';
  const options = { keepAlive: true, maxSockets: 64 };
  const agent = isSafe ? new HttpsAgent(options) : new HttpAgent(options);
  const ask = isSafe ? httpsRequest : httpRequest;
  const { accessKeyId, secretAccessKey, sessionToken, region } = place;
  const keys = {
    accessKeyId,
    secretAccessKey,
    region,
    service: 's3',
    ...(sessionToken !== undefined && { sessionToken }),
    // Keys of days that are over stay in it: a few bytes each.
    cache: new Map<string, ArrayBuffer>(),
  };
  return {
    async send({ method, name, query = {}, headers = {}, body, signal }) {
      const address = urlOf(place, name);
      for (const [key, value] of Object.entries(query)) address.searchParams.set(key, value);
      const digest = { 'x-amz-content-sha256': body?.sha256 ?? emptySha256 };
      const signer = new AwsV4Signer({ url: address.href, method, headers: { ...headers, ...digest }, ...keys });
      const signed = await signer.sign();
      signal.throwIfAborted();
      const length = body === undefined ? {} : { 'content-length': String(body.bytes) };
      const sent = { ...Object.fromEntries(signed.headers), ...length };
      return answerOf(ask(signed.url, { method, headers: sent, agent }), body, signal);
    },
    async sign(name, seconds, caching) {
      const address = urlOf(place, name);
      address.searchParams.set('X-Amz-Expires', String(seconds));
      if (caching !== undefined) address.searchParams.set('response-cache-control', caching);
      const signer = new AwsV4Signer({ url: address.href, method: 'GET', signQuery: true, ...keys });
      return (await signer.sign()).url.href;
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function answerOf(
  request: ReturnType<typeof httpRequest>,
  body: BucketBody | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const abort = (): void => void request.destroy(signal.reason as Error);
    const settle = (): void => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort, { once: true });
    request.once('response', (answer) => {
      settle();
      resolve(answer);
    });
    // It may come after the answer too: the bucket has hung up before it had read everything.
    request.on('error', (error) => {
      settle();
      reject(signal.aborted ? (signal.reason as Error) : error);
    });
    if (body === undefined) request.end();
    else
      pipeline(body.open(), request, (error) => {
        if (error !== null && error !== undefined) request.destroy(error);
      });
  });
}
