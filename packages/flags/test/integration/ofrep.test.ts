import { OFREPApi } from '@openfeature/ofrep-core';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature, ProviderEvents, type EventDetails, type Provider } from '@openfeature/web-sdk';
import { expect, test } from 'vitest';
import { createFlags, memory } from '../../src/index.ts';
import { toggle } from '../make.ts';
import { serve } from './ofrep-server.ts';

const targeting = { if: [{ '==': [{ var: 'plan' }, 'pro'] }, 'on'] };
const document = {
  flags: {
    beta: toggle('off', { targeting, metadata: { owner: 'web' } }),
    color: { state: 'ENABLED', variants: { warm: 'red' }, defaultVariant: 'warm' },
    limit: { state: 'ENABLED', variants: { low: 1.5 }, defaultVariant: 'low' },
    theme: { state: 'ENABLED', variants: { dark: { bg: '#000' } }, defaultVariant: 'dark' },
    silent: toggle(null),
  },
} as const;

test('the official client evaluates one flag', async () => {
  await using flags = await createFlags({ source: memory(document) });
  await using server = await serve(flags.ofrep());
  const api = new OFREPApi({ baseUrl: server.url });
  const { value, httpStatus } = await api.postEvaluateFlag('beta', { context: { plan: 'pro', targetingKey: 'ada' } });
  expect(httpStatus).toBe(200);
  expect(value).toMatchObject({
    key: 'beta',
    value: true,
    variant: 'on',
    reason: 'TARGETING_MATCH',
    metadata: { owner: 'web' },
  });
  expect(await api.postEvaluateFlag('none', {})).toMatchObject({
    httpStatus: 404,
    value: { errorCode: 'FLAG_NOT_FOUND' },
  });
});

test('the official client evaluates all flags, and learns that nothing changed', async () => {
  await using flags = await createFlags({ source: memory(document) });
  await using server = await serve(flags.ofrep());
  const api = new OFREPApi({ baseUrl: server.url });
  const { value, httpResponse } = await api.postBulkEvaluateFlags({ context: { plan: 'pro' } });
  expect(value).toMatchObject({
    flags: [
      { key: 'beta', value: true },
      { key: 'color' },
      { key: 'limit', value: 1.5 },
      { key: 'theme', value: { bg: '#000' } },
      { key: 'silent', reason: 'DEFAULT' },
    ],
  });
  const etag = httpResponse?.headers.get('etag') ?? '';
  expect(await api.postBulkEvaluateFlags({ context: { plan: 'pro' } }, etag)).toMatchObject({ httpStatus: 304 });
  expect(await api.postBulkEvaluateFlags({ context: { plan: 'free' } }, etag)).toMatchObject({ httpStatus: 200 });
});

test("OpenFeature's web SDK works against the handler, and polls changes in", async () => {
  const source = memory(document);
  await using flags = await createFlags({ source });
  await using server = await serve(flags.ofrep());
  const provider = new OFREPWebProvider({ baseUrl: server.url, pollInterval: 50, changeDetection: 'polling' });
  await OpenFeature.setContext({ plan: 'pro', targetingKey: 'ada' });
  // Its own types do not compile under exactOptionalPropertyTypes.
  await OpenFeature.setProviderAndWait(provider as Provider);
  const client = OpenFeature.getClient();
  expect(client.getBooleanValue('beta', false)).toBe(true);
  expect(client.getStringValue('color', '')).toBe('red');
  expect(client.getNumberValue('limit', 0)).toBe(1.5);
  expect(client.getObjectValue('theme', {})).toEqual({ bg: '#000' });
  expect(client.getBooleanDetails('none', true)).toMatchObject({ value: true, errorCode: 'FLAG_NOT_FOUND' });
  const changed = new Promise<EventDetails | undefined>((resolve) => {
    client.addHandler(ProviderEvents.ConfigurationChanged, resolve);
  });
  source.set({
    ...document,
    flags: { ...document.flags, color: { ...document.flags.color, variants: { warm: 'pink' } } },
  });
  expect(await changed).toMatchObject({ flagsChanged: ['color'] });
  expect(client.getStringValue('color', '')).toBe('pink');
  await OpenFeature.close();
});

test('a stream tells when to look again, and ends with the flags', async () => {
  const source = memory(document);
  const flags = await createFlags({ source });
  await using server = await serve(flags.ofrep());
  const response = await fetch(`${server.url}/ofrep/v1/events`);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  source.set({ flags: { ...document.flags, more: toggle('on') } });
  await flags.reload();
  await flags.close();
  const { id, text } = withoutId(await response.text());
  expect(text).toBe('retry: 1000\nid: 1\n\nid: 2\ndata: {"type":"refetchEvaluation"}\n\n');
  expect(id).toMatch(/^[\da-f-]{36}$/);
});

/** An id is that of the handler, and the number of the version. */
function withoutId(text: string): { readonly id: string | undefined; readonly text: string } {
  const id = /^id: (.*)\.\d+$/m.exec(text)?.[1];
  return { id, text: text.replaceAll(`${id}.`, '') };
}

/** The first words of a stream for a reader with this id, as the version that it was. */
async function greeting(url: string, id?: string): Promise<string> {
  const stop = new AbortController();
  const headers = id === undefined ? {} : { 'last-event-id': id };
  const response = await fetch(`${url}/ofrep/v1/events`, { headers, signal: stop.signal });
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  stop.abort();
  return new TextDecoder().decode(value);
}

test('a reader that missed a change is told at once; one that missed nothing is not', async () => {
  const source = memory(document);
  await using flags = await createFlags({ source });
  await using server = await serve(flags.ofrep());
  const isTold = (text: string): boolean => text.includes('refetchEvaluation');
  const first = await greeting(server.url);
  const { id } = withoutId(first);
  expect([isTold(first), isTold(await greeting(server.url, `${id}.1`))]).toEqual([false, false]);
  source.set({ flags: { ...document.flags, more: toggle('on') } });
  await flags.reload();
  expect(isTold(await greeting(server.url, `${id}.1`))).toBe(true);
  expect(isTold(await greeting(server.url, `${id}.2`))).toBe(false);
  expect(isTold(await greeting(server.url, 'of-another-server.2'))).toBe(true);
  // Its flags may be those from before the change.
  expect(isTold(await greeting(server.url))).toBe(true);
});

test('a reader that goes away makes room for another', async () => {
  await using flags = await createFlags({ source: memory(document) });
  await using server = await serve(flags.ofrep({ maxStreams: 1, heartbeatMs: 5 }));
  const stop = new AbortController();
  const events = `${server.url}/ofrep/v1/events`;
  const first = await fetch(events, { signal: stop.signal });
  expect((await fetch(events)).status).toBe(503);
  stop.abort();
  await expect(first.text()).rejects.toThrow('aborted');
  await expect.poll(async () => (await fetch(events)).status).toBe(200);
});
