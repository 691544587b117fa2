import { expect, test } from 'vitest';
import { createFlags, fixed, memory, ofrep } from '../src/index.ts';
import { toggle } from './make.ts';
import { answering } from './answering.ts';
import { serve } from './integration/ofrep-server.ts';

const targeting = { if: [{ '==': [{ var: 'plan' }, 'pro'] }, 'on'] };
const document = {
  metadata: { owner: 'web' },
  flags: {
    beta: toggle('off', { targeting }),
    color: { state: 'ENABLED', variants: { warm: 'red', cold: 'blue' }, defaultVariant: 'warm' },
    theme: { state: 'ENABLED', variants: { dark: { bg: '#000' } }, defaultVariant: 'dark' },
    silent: toggle(null),
    gone: toggle('on', { state: 'DISABLED' }),
  },
} as const;
const waiting = { timeout: 60_000, interval: 5 };
const never = { pollMs: 3_600_000, maxBackoffMs: 40 };

test('every flag answers as the server evaluates it about the one context', async () => {
  await using served = await createFlags({ source: memory(document) });
  await using server = await serve(served.ofrep());
  const context = { plan: 'pro', targetingKey: 'ada' };
  await using flags = await createFlags({ source: ofrep(server.url, { context }) });
  for (const [key, evaluation] of Object.entries(served.evaluateAll(context))) {
    expect(flags.evaluate(key)).toEqual(evaluation);
    expect(flags.evaluate(key, { plan: 'free' })).toEqual(evaluation);
  }
  expect(flags.value('none', {}, true)).toBe(true);
  expect(flags.list().map(({ key }) => key)).toEqual(['beta', 'color', 'theme', 'silent', 'gone']);
});

test('a change comes with an event of the stream that the server offers', async () => {
  const source = memory(document);
  await using served = await createFlags({ source });
  await using server = await serve(served.ofrep());
  await using flags = await createFlags({ source: ofrep(`${server.url}/`, never) });
  await expect.poll(() => server.asked, waiting).toContain('GET /ofrep/v1/events -> 200');
  source.set({ ...document, flags: { ...document.flags, color: { ...document.flags.color, defaultVariant: 'cold' } } });
  await expect.poll(() => flags.value('color'), waiting).toBe('blue');
  expect(flags.history().at(-1)).toMatchObject({ changed: ['color'], source: `ofrep ${server.url}/` });
});

test('without a stream it is polled in, and 304 costs nothing', async () => {
  const source = memory(document);
  await using served = await createFlags({ source });
  await using server = await serve(served.ofrep({ maxStreams: 0 }));
  await using flags = await createFlags({ source: ofrep(server.url, { pollMs: 20 }) });
  await expect.poll(() => server.asked, waiting).toContain('POST /ofrep/v1/evaluate/flags -> 304');
  source.set({ flags: { ...document.flags, beta: toggle('on') } });
  await expect.poll(() => flags.value('beta'), waiting).toBe(true);
});

test('a flag that failed there fails here, and words that are not known do no harm', async () => {
  await using server = await answering((_request, response) =>
    response.end(
      JSON.stringify({
        flags: [
          { key: 'split', value: 1.5, variant: 'half', reason: 'SPLIT', metadata: { owner: 'x', bad: {} } },
          { key: 'plain', value: true, reason: 'OWN_WORD' },
          { key: 'broken', errorCode: 'PARSE_ERROR', errorDetails: 'no' },
          { key: 'odd', errorCode: 'OWN_CODE' },
          { key: '__proto__', value: 'safe' },
        ],
      }),
    ),
  );
  await using flags = await createFlags({ source: ofrep(server.url) });
  expect(flags.evaluateAll()).toMatchObject({
    split: { value: 1.5, variant: 'half', reason: 'SPLIT', flagMetadata: { owner: 'x' } },
    plain: { value: true, reason: 'UNKNOWN' },
    broken: { reason: 'ERROR', errorCode: 'PARSE_ERROR', errorMessage: 'no' },
    odd: { reason: 'ERROR', errorCode: 'GENERAL', errorMessage: 'The server says OWN_CODE.' },
  });
  expect(flags.value('__proto__')).toBe('safe');
});

test('an override holds against the server', async () => {
  await using served = await createFlags({ source: memory(document) });
  await using server = await serve(served.ofrep());
  const overrides = fixed({ color: 'warm' });
  await using flags = await createFlags({ source: ofrep(server.url), overrides });
  expect(flags.evaluate('color')).toMatchObject({ value: 'red', variant: 'warm', reason: 'OVERRIDE' });
});

for (const { body, says } of [
  { body: '{}', says: 'flags is no list of evaluated flags' },
  { body: '{"flags":[{"value":1}]}', says: 'flags[0] has no key' },
  { body: '{"flags":[{"key":"a","value":[1]}]}', says: 'flags.a has a value that is no flag value' },
]) {
  test(`the answer ${body} is refused`, async () => {
    await using server = await answering((_request, response) => response.end(body));
    await expect(createFlags({ source: ofrep(server.url) })).rejects.toThrow(says);
  });
}

test('a token goes to the server of the flags, and not to a stream elsewhere', async () => {
  await using elsewhere = await answering((_request, response) => response.writeHead(204).end());
  const eventStreams = [{ type: 'sse', url: `${elsewhere.url}/stream` }];
  await using server = await answering((_request, response) =>
    response.end(JSON.stringify({ flags: [], eventStreams })),
  );
  const source = ofrep(server.url, { headers: { authorization: 'Bearer secret' } });
  await using flags = await createFlags({ source, allowEmpty: true });
  await expect.poll(() => elsewhere.asked.map(({ headers }) => headers.authorization), waiting).toEqual([undefined]);
  expect(server.asked[0]?.headers.authorization).toBe('Bearer secret');
  expect(flags.list()).toEqual([]);
});

test('an address of no server and a context that is none are refused', () => {
  expect(() => ofrep('flags.example.com')).toThrow('`baseUrl` to be an address');
  expect(() => ofrep('http://localhost', { context: [] as never })).toThrow('`context` to be an object');
});
