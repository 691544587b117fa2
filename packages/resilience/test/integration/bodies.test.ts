// Responses are given before their bodies are read: what nobody reads must not keep its connection, what is given must be whole.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createResilience, type Resilience } from '../../src/index.ts';

/** More than the buffers of both ends of a connection hold. */
const body = Buffer.alloc(10_000_000, 'x');

let server: Server;
let url: string;
let responses: ServerResponse[];
let statuses: number[];
let r: Resilience;

beforeEach(async () => {
  responses = [];
  statuses = [];
  server = createServer((_request, response) => {
    responses.push(response);
    response.writeHead(statuses.shift() ?? 200).end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  r = createResilience();
});
afterEach(async () => {
  await r.close();
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

const isUnavailable = (result: unknown): boolean => result instanceof Response && result.status === 503;

test('a response that is thrown away to try again leaves its connection, and the one that is given can be read', async () => {
  const pipeline = r.pipeline('p', { retry: { firstMs: 1, whenResult: isUnavailable }, attemptTimeoutMs: 60_000 });
  statuses = [503, 503];
  // Held, because one that is collected as garbage lets its connection go, sooner or later.
  const held: Response[] = [];
  const response = await pipeline.execute(async ({ signal }) => {
    const answer = await fetch(url, { signal });
    held.push(answer);
    return answer;
  });
  expect(held).toHaveLength(3);
  await expect.poll(() => responses.slice(0, 2).map(({ destroyed }) => destroyed)).toEqual([true, true]);
  expect((await response.arrayBuffer()).byteLength).toBe(body.length);
});

test('the last response is given as it is when there is no retry left', async () => {
  const pipeline = r.pipeline('p', { retry: { max: 1, firstMs: 1, whenResult: isUnavailable } });
  statuses = [503, 503];
  const response = await pipeline.execute(async ({ signal }) => fetch(url, { signal }));
  expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([503, body.length]);
});

test('the slower of two hedged responses leaves its connection, and the body of the faster one can be read', async () => {
  const pipeline = r.pipeline('p', { hedge: { afterMs: 1 }, attemptTimeoutMs: 60_000 });
  let attempts = 0;
  const response = await pipeline.execute(async ({ signal }) => {
    const isFirst = (attempts += 1) === 1;
    const answer = await fetch(url, { signal });
    // The first has its response, and never comes to giving it.
    return isFirst ? new Promise<Response>(() => {}) : answer;
  });
  await expect.poll(() => responses.filter(({ destroyed }) => destroyed).length).toBe(1);
  expect((await response.arrayBuffer()).byteLength).toBe(body.length);
});

test('a body that is read in the task ends with the call, and so does its connection', async () => {
  const pipeline = r.pipeline('p', { attemptTimeoutMs: 60_000 });
  const caller = new AbortController();
  const call = pipeline.execute(async ({ signal }) => {
    const response = await fetch(url, { signal });
    for await (const chunk of response.body ?? []) {
      if (chunk.length > 0) caller.abort(new Error('enough'));
      await new Promise(() => {});
    }
  }, caller.signal);
  await expect(call).rejects.toThrow('enough');
  await expect.poll(() => responses.map(({ destroyed }) => destroyed)).toEqual([true]);
});
