// A server of the S3 protocol over HTTP, with objects in memory: it verifies each signature, the digest of each body and who asks,
// answers with the documents and codes of S3, and can be as bad as a test needs it.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { AddressInfo, Socket } from 'node:net';
import { judge, type Signer } from './signature-v4.ts';

export interface StoredObject {
  readonly bytes: Buffer;
  readonly modifiedAt: Date;
  readonly headers: Readonly<Record<string, string>>;
}

/** What happens to one request instead of what should. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly code: string }
  /** Half of an answer with a body, and then the connection ends; of one without a body, nothing. */
  | { readonly kind: 'cut' }
  /** Half of an answer with a body, and then nothing. */
  | { readonly kind: 'stall' }
  /** One bit of what was sent, or of what is answered, is another. */
  | { readonly kind: 'damage' };

export interface S3Server extends AsyncDisposable {
  readonly url: string;
  readonly objects: Map<string, StoredObject>;
  /** Each request so far, as `PUT archives/name`. */
  readonly requests: string[];
  /** The next requests of this method fail so, in this order. */
  fail(method: string, ...faults: readonly Fault[]): void;
  /** Ends all connections and listens no more. */
  stop(): Promise<void>;
  /** Listens again on the same port. */
  start(): Promise<void>;
}

export interface S3ServerOptions extends Partial<Signer> {
  /** @default archives */
  readonly bucket?: string;
  /** How many objects a page of a list has. @default 1000 */
  readonly pageSize?: number;
  /** When objects were sent, and what the bucket says the time is; signatures are judged by the real time. @default the real time */
  readonly time?: () => Date;
  /** Methods that the key may not use. */
  readonly forbidden?: readonly string[];
}

export const s3Keys = { accessKeyId: 'test-key', secretAccessKey: 'test/secret+of=a-key' };

export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const { bucket = 'archives', time = () => new Date() } = options;
  const signer: Signer = { region: 'us-east-1', ...s3Keys, ...options };
  const objects = new Map<string, StoredObject>();
  const requests: string[] = [];
  const faults = new Map<string, Fault[]>();
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url: target = '' } = request;
    const { pathname, searchParams } = new URL(target, 'http://bucket');
    const [, named = '', ...rest] = pathname.split('/');
    const key = decodeURIComponent(rest.join('/'));
    requests.push(`${method} ${named}/${key}`);
    const fault = faults.get(method)?.shift();
    if (fault?.kind === 'status') return refuse(response, fault.status, fault.code);
    const headers = request.headers as Readonly<Record<string, string>>;
    const wrong = judge({ method, target, headers }, signer, new Date());
    if (wrong !== undefined) return refuse(response, wrong === 'AuthorizationHeaderMalformed' ? 400 : 403, wrong);
    if (named !== bucket) return refuse(response, 404, 'NoSuchBucket');
    if (options.forbidden?.includes(method) === true) return refuse(response, 403, 'AccessDenied');
    response.setHeader('date', time().toUTCString());
    if (method === 'PUT') return put(request, response, key, fault);
    if (method === 'DELETE') return void (objects.delete(key), response.writeHead(204).end());
    if (key === '') return list(response, searchParams);
    const found = objects.get(key);
    const caching = searchParams.get('response-cache-control');
    // As S3 does: whoever signs an address says what is answered with.
    const said = found && caching !== null ? { ...found.headers, 'cache-control': caching } : found?.headers;
    return get(request, response, found && { ...found, headers: said ?? {} }, fault);
  };

  const put = async (request: IncomingMessage, response: ServerResponse, key: string, fault?: Fault): Promise<void> => {
    if (fault?.kind === 'cut') return void request.socket.destroy();
    if (fault?.kind === 'stall') return;
    const bytes = await buffer(request);
    if (request.headers['content-length'] === undefined) return refuse(response, 411, 'MissingContentLength');
    if (fault?.kind === 'damage') bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (digest !== request.headers['x-amz-content-sha256']) return refuse(response, 400, 'XAmzContentSHA256Mismatch');
    const { 'content-type': type = '', 'cache-control': caching = '' } = request.headers;
    objects.set(key, { bytes, modifiedAt: time(), headers: { 'content-type': type, 'cache-control': caching } });
    response.writeHead(200, { etag: `"${createHash('md5').update(bytes).digest('hex')}"` }).end();
  };

  const list = (response: ServerResponse, query: URLSearchParams): void => {
    const size = Number(query.get('max-keys') ?? options.pageSize ?? 1000);
    const prefix = query.get('prefix') ?? '';
    const after = Buffer.from(query.get('continuation-token') ?? '', 'base64').toString();
    const all = [...objects].filter(([key]) => key.startsWith(prefix) && key > after).toSorted(byKey);
    const page = all.slice(0, size);
    const last = page.at(-1)?.[0] ?? '';
    const contents = page.map(
      ([key, { bytes, modifiedAt }]) =>
        `<Contents><Key>${escaped(key)}</Key><LastModified>${modifiedAt.toISOString()}</LastModified><Size>${bytes.length}</Size></Contents>`,
    );
    const more = all.length > page.length;
    const token = more ? `<NextContinuationToken>${Buffer.from(last).toString('base64')}</NextContinuationToken>` : '';
    response
      .writeHead(200, { 'content-type': 'application/xml' })
      .end(
        `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><IsTruncated>${more}</IsTruncated>${token}${contents.join('')}</ListBucketResult>`,
      );
  };

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    objects,
    requests,
    fail: (method, ...more) => void faults.set(method, [...(faults.get(method) ?? []), ...more]),
    stop,
    async start() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    [Symbol.asyncDispose]: stop,
  };
}

function get(request: IncomingMessage, response: ServerResponse, found?: StoredObject, fault?: Fault): void {
  if (found === undefined) return refuse(response, 404, 'NoSuchKey');
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const bytes = Buffer.from(found.bytes.subarray(from));
  const range = from === 0 ? {} : { 'content-range': `bytes ${from}-${found.bytes.length - 1}/${found.bytes.length}` };
  response.writeHead(from === 0 ? 200 : 206, { ...found.headers, ...range, 'content-length': bytes.length });
  if (request.method === 'HEAD') return void response.end();
  if (fault?.kind === 'damage') bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
  if (fault === undefined || fault.kind === 'damage') return void response.end(bytes);
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
    if (fault.kind === 'cut') response.destroy();
  });
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>no</Message></Error>`;
  // As S3 does: who is refused early sends the rest to nobody.
  response.writeHead(status, { 'content-type': 'application/xml', connection: 'close' }).end(text);
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
