import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { createFlags, sse, type SseOptions } from '../src/index.ts';
import { toggle } from './make.ts';
import { answering, tagged } from './answering.ts';

const flagsText = (variant: string): string => JSON.stringify({ flags: { a: toggle(variant) } });
const waiting = { timeout: 60_000, interval: 5 };
const never: SseOptions = { pollMs: 3_600_000, maxBackoffMs: 40 };

/** A server with a document at `/flags`, and a stream at `/events` that the test writes to. */
async function streaming() {
  const state = { variant: 'on', streams: [] as ServerResponse[] };
  const document = tagged(() => flagsText(state.variant));
  const server = await answering((request, response) => {
    if (request.url !== '/events') return document(request, response);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(':\n\n');
    response.once('close', () => state.streams.splice(state.streams.indexOf(response), 1));
    state.streams.push(response);
    return undefined;
  });
  const asked = (what: string) => server.asked.filter((each) => each.what === what);
  const say = (text: string): void => state.streams.forEach((stream) => stream.write(text));
  return { server, state, asked, say, url: `${server.url}/flags`, [Symbol.asyncDispose]: server.stop };
}

test('an event brings the change, without any poll', async () => {
  await using service = await streaming();
  await using flags = await createFlags({ source: sse(service.url, never) });
  await expect.poll(() => service.state.streams.length, waiting).toBe(1);
  for (const variant of ['off', 'on', 'off']) {
    service.state.variant = variant;
    service.say('data: changed\n\n');
    await expect.poll(() => flags.value('a'), waiting).toBe(variant === 'on');
  }
});

test('a stream that ends is opened again from the last event, and a change between is not missed', async () => {
  await using service = await streaming();
  await using flags = await createFlags({ source: sse(service.url, never) });
  // The start asks for the flags, and then the connection does.
  await expect.poll(() => service.asked('GET /flags').length, waiting).toBe(2);
  const count = service.asked('GET /flags').length;
  service.say('id: grün-7\ndata: x\n\n');
  await expect.poll(() => service.asked('GET /flags').length, waiting).toBeGreaterThan(count);
  service.state.variant = 'off';
  service.state.streams[0]?.destroy();
  await expect.poll(() => flags.value('a'), waiting).toBe(false);
  const last = service.asked('GET /events').at(-1)?.headers['last-event-id'];
  expect(Buffer.from(String(last), 'latin1').toString('utf8')).toBe('grün-7');
});

test('a stream that falls silent is opened again', async () => {
  await using service = await streaming();
  await using flags = await createFlags({ source: sse(service.url, { ...never, idleMs: 50 }) });
  await expect.poll(() => service.asked('GET /events').length, waiting).toBeGreaterThan(2);
  expect(flags.status().lastError).toBeUndefined();
});

/** Sends comments, one each 50 ms; answers the longest time between two of them. */
async function talk(service: { say(text: string): void }, times: number): Promise<number> {
  let longestMs = 0;
  for (let turn = 0; turn < times; turn += 1) {
    service.say(':\n');
    const saidAt = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 50));
    longestMs = Math.max(longestMs, performance.now() - saidAt);
  }
  return longestMs;
}

test('a comment keeps a stream alive', async () => {
  await using service = await streaming();
  await using flags = await createFlags({ source: sse(service.url, { ...never, idleMs: 400 }) });
  // A machine that stands still is silent too: such a run says nothing, and is made again.
  let opened = 0;
  let longestMs = 0;
  do {
    await expect.poll(() => service.state.streams.length, waiting).toBe(1);
    const before = service.asked('GET /events').length;
    longestMs = await talk(service, 12);
    opened = service.asked('GET /events').length - before;
  } while (opened > 0 && longestMs > 150);
  expect(opened).toBe(0);
  expect(flags.value('a')).toBe(true);
});

for (const { name, status, type = 'text/plain' } of [
  { name: 'a server without a stream', status: 404 },
  { name: 'a page where the stream should be', status: 200, type: 'text/html' },
  { name: 'a stream that was ended for good', status: 204 },
]) {
  test(`with ${name} changes are polled in`, async () => {
    let variant = 'on';
    const document = tagged(() => flagsText(variant));
    await using server = await answering((request, response) => {
      if (request.url === '/events') response.writeHead(status, { 'content-type': type }).end();
      else document(request, response);
    });
    await using flags = await createFlags({ source: sse(`${server.url}/flags`, { pollMs: 20, maxBackoffMs: 40 }) });
    variant = 'off';
    await expect.poll(() => flags.value('a'), waiting).toBe(false);
  });
}

for (const { name, status, isAnew } of [
  { name: 'is asked for again', status: 404, isAnew: true },
  { name: 'that was ended for good is left alone', status: 204, isAnew: false },
]) {
  test(`a stream ${name}`, async () => {
    const document = tagged(() => flagsText('on'));
    await using server = await answering((request, response) => {
      if (request.url === '/events') response.writeHead(status).end();
      else document(request, response);
    });
    await using flags = await createFlags({ source: sse(`${server.url}/flags`, never) });
    const times = (): number => server.asked.filter(({ what }) => what === 'GET /events').length;
    await expect.poll(times, waiting).toBeGreaterThan(isAnew ? 1 : 0);
    await new Promise((resolve) => setTimeout(resolve, isAnew ? 0 : 300));
    expect(times() > 1).toBe(isAnew);
    expect(flags.value('a')).toBe(true);
  });
}

test('a server that goes away and comes back is found again, with what changed meanwhile', async () => {
  await using service = await streaming();
  await using flags = await createFlags({ source: sse(service.url, never) });
  await expect.poll(() => service.state.streams.length, waiting).toBe(1);
  await service.server.stop();
  service.state.variant = 'off';
  expect(flags.value('a')).toBe(true);
  await service.server.start();
  await expect.poll(() => flags.value('a'), waiting).toBe(false);
});

test('close ends the stream', async () => {
  await using service = await streaming();
  const flags = await createFlags({ source: sse(service.url, { ...never, events: `${service.server.url}/events` }) });
  await expect.poll(() => service.state.streams.length, waiting).toBe(1);
  await flags.close();
  await expect.poll(() => service.state.streams.length, waiting).toBe(0);
});
