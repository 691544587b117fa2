import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { defineErrors, reporter } from '../../src/index.ts';
import { webhookSink, type WebhookOptions } from '../../src/webhook.ts';

const Errors = defineErrors('shop', { FULL: { message: 'Only {count} items fit' } });

interface Receiver {
  readonly url: string;
  readonly bodies: string[];
  readonly requests: IncomingMessage[];
  close(): Promise<void>;
}

type Answer = (response: ServerResponse, attempt: number) => unknown;

async function receiver(answer: Answer): Promise<Receiver> {
  const bodies: string[] = [];
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      answer(response, bodies.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, bodies, requests, close };
}

async function deliver(options: WebhookOptions, closeMs = 5_000): Promise<{ failures: unknown[] }> {
  const failures: unknown[] = [];
  const sink = webhookSink({ firstDelayMs: 1, ...options });
  const reports = reporter({ sinks: [sink], onError: (error) => void failures.push(error) });
  reports.report(new Errors.FULL({ count: 3 }), { requestId: 'r1' });
  await reports.close(closeMs);
  return { failures };
}

function answering(...statuses: readonly number[]): Answer {
  return (response, attempt) => response.writeHead(statuses[Math.min(attempt, statuses.length) - 1] ?? 200).end('body');
}

test('a report is posted once as JSON with the given headers', async () => {
  const { url, bodies, requests } = await receiver(answering(204));
  const { failures } = await deliver({ url, headers: { authorization: 'Bearer t' } });
  expect(failures).toEqual([]);
  expect(bodies.map((body) => JSON.parse(body))).toMatchObject([
    { problem: { code: 'shop.FULL' }, details: { requestId: 'r1' } },
  ]);
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: '/hook',
    headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
  });
});

test('the body can be made for the receiver', async () => {
  const { url, bodies } = await receiver(answering(200));
  await deliver({ url, body: (report) => ({ text: report.problem.message }) });
  expect(bodies).toEqual(['{"text":"Only 3 items fit"}']);
});

for (const status of [408, 425, 429, 500, 503]) {
  test(`an answer ${status} is tried again until it is taken`, async () => {
    const { url, bodies } = await receiver(answering(status, status, 200));
    expect(await deliver({ url })).toEqual({ failures: [] });
    expect(bodies).toHaveLength(3);
  });
}

test('a refusal is not tried again', async () => {
  const { url, bodies } = await receiver(answering(400));
  const { failures } = await deliver({ url });
  expect(bodies).toHaveLength(1);
  expect(failures).toMatchObject([
    { code: 'seaworthy.errors.DELIVERY_FAILED', params: { code: 'shop.FULL', reason: 'it answered 400' } },
  ]);
});

test('attempts end', async () => {
  const { url, bodies } = await receiver(answering(503));
  const { failures } = await deliver({ url, attempts: 2 });
  expect(bodies).toHaveLength(2);
  expect(failures).toHaveLength(1);
});

test('a redirect is not followed', async () => {
  const { url, bodies } = await receiver((response) => response.writeHead(302, { location: '/elsewhere' }).end());
  const { failures } = await deliver({ url });
  expect(failures).toMatchObject([{ params: { reason: 'it answered 302' } }]);
  expect(bodies).toHaveLength(1);
});

const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
test.each([
  ['a number of seconds', '3600'],
  ['a date', inAnHour],
])('the wait that the receiver asks for by %s is kept, up to the longest', async (_how, retryAfter) => {
  const { url, bodies } = await receiver((response, attempt) =>
    response.writeHead(attempt === 1 ? 429 : 200, { 'retry-after': retryAfter }).end(),
  );
  const startedAt = performance.now();
  await deliver({ url, maxDelayMs: 50 });
  expect(bodies).toHaveLength(2);
  expect(performance.now() - startedAt).toBeGreaterThan(45);
});

test('a receiver that never answers is given up at the deadline of the attempt', async () => {
  const { url, bodies } = await receiver(() => undefined);
  const { failures } = await deliver({ url, timeoutMs: 300, attempts: 3 });
  // A stalled machine may give one up before its request has left.
  expect([2, 3]).toContain(bodies.length);
  expect(failures).toHaveLength(1);
});

test('closing ends the wait between attempts, and tells why the last one failed', async () => {
  const { url, bodies } = await receiver(answering(503));
  const jitter = vi.spyOn(Math, 'random');
  onTestFinished(() => jitter.mockRestore());
  const failures: unknown[] = [];
  const sink = webhookSink({ url, firstDelayMs: 600_000, maxDelayMs: 600_000 });
  const reports = reporter({ sinks: [sink], onError: (error) => void failures.push(error) });
  reports.report(new Errors.FULL({ count: 3 }));
  await vi.waitFor(() => expect(jitter).toHaveBeenCalled(), 20_000);
  await reports.close(0);
  await vi.waitFor(() => expect(failures).toMatchObject([{ params: { reason: 'it answered 503' } }]), 20_000);
  expect(bodies).toHaveLength(1);
});

test('a receiver that is not there is a failure with its reason and cause, not an exception', async () => {
  const { url, close } = await receiver(answering(200));
  await close();
  const { failures } = await deliver({ url, attempts: 2 });
  expect(failures).toMatchObject([
    {
      code: 'seaworthy.errors.DELIVERY_FAILED',
      params: { reason: expect.stringContaining('ECONNREFUSED') },
      cause: expect.objectContaining({ message: 'fetch failed' }),
    },
  ]);
});

test('a receiver that resets the connection is tried again', async () => {
  const { url, bodies } = await receiver((response, attempt) =>
    attempt === 1 ? response.socket?.resetAndDestroy() : response.end(),
  );
  expect(await deliver({ url })).toEqual({ failures: [] });
  expect(bodies).toHaveLength(2);
});

test('an answer whose body never ends is taken', async () => {
  const { url } = await receiver((response) => response.writeHead(200).write('x'));
  expect(await deliver({ url })).toEqual({ failures: [] });
});

test('a deadline with a part of a millisecond is one', async () => {
  const { url } = await receiver(answering(200));
  expect(await deliver({ url, timeoutMs: 1_500.5 })).toEqual({ failures: [] });
});

test('a user and password in the URL are refused, and not told', () => {
  const url = 'https://user:hunter2@example.com/';
  expect(() => webhookSink({ url })).toThrow(/Expected `url` to be without user and password/);
  expect(() => webhookSink({ url })).not.toThrow(/hunter2/);
});

test('a header that cannot be sent is refused by its name, and its value not told', () => {
  const headers = { authorization: 'Bearer hunter2\nx' };
  const make = (): unknown => webhookSink({ url: 'https://example.com', headers });
  expect(make).toThrow(/Expected `headers` to be .* got something else at "authorization"/);
  expect(make).not.toThrow(/hunter2/);
});

test('a body that is no function is refused', () => {
  expect(() => webhookSink({ url: 'https://example.com', body: {} as never })).toThrow(/Expected `body`/);
});

for (const url of ['', 'not a url', 'ftp://example.com', 'file:///etc/passwd']) {
  test(`the URL ${JSON.stringify(url)} is refused at once`, () => {
    expect(() => webhookSink({ url })).toThrow(/Expected `url` to be an http or https URL/);
  });
}
