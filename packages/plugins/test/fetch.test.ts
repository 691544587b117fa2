import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processTier } from '../src/index.ts';
import type { FetchOptions, Plugin, PluginManifest } from '../src/index.ts';
import { hosted, trying } from './isolation/disk.ts';
import { entry, hostOf } from './make.ts';

let server: Server;
let origin: string;
const requests: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${String(request.headers['x-key'] ?? 'no key')}`);
    if (request.url === '/hang') return;
    if (request.url === '/away') response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end();
    else request.pipe(response.setHeader('x-seen', 'yes'));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const own = (): Partial<PluginManifest> => ({ permissions: { net: [new URL(origin).host] } });

/** Fetches in a plugin; `unload` stops the plugin as soon as it has asked. */
async function fetchIn(path: string, options?: FetchOptions, manifest = own(), unload = false): Promise<unknown> {
  const plugin: Plugin = {
    onInit(ctx) {
      const run = async (): Promise<unknown> => {
        const response = await ctx.fetch(`${origin}${path}`, options);
        return [response.status, response.headers.get('X-Seen'), await response.text()];
      };
      ctx.command({
        id: 'fetch',
        run: () => run().catch((error: unknown) => (error instanceof DOMException ? error.name : Object(error).code)),
      });
    },
  };
  await using host = await hostOf([entry('a', plugin, manifest)]);
  await host.start();
  const answer = host.commands()[0]?.run();
  if (unload) await host.unload('a');
  return await answer;
}

test('in process a plugin fetches what its manifest allows', async () => {
  const options = { method: 'POST', headers: { 'x-key': '1' }, body: 'hello' };
  expect(await fetchIn('/echo', options)).toEqual([200, 'yes', 'hello']);
  expect(requests.at(-1)).toBe('POST /echo 1');
});

test('in process a plugin is refused everything else, before anything is sent, and after redirects', async () => {
  const before = requests.length;
  expect(await fetchIn('/echo', {}, {})).toBe('seaworthy.plugins.FETCH_REFUSED');
  expect(requests).toHaveLength(before);
  expect(await fetchIn('/away')).toBe('seaworthy.plugins.FETCH_REFUSED');
});

test('a fetch ends at its deadline, with its signal, and with its plugin', async () => {
  expect(await fetchIn('/hang', { timeoutMs: 30 })).toBe('seaworthy.plugins.CALL_TIMEOUT');
  expect(await fetchIn('/hang', { signal: AbortSignal.abort() })).toBe('AbortError');
  expect(await fetchIn('/hang', {}, own(), true)).toBe('AbortError');
});

test('in a process, too, and only where the application has granted it', async () => {
  const body = `return await ctx.fetch(args, { timeoutMs: 30 }).then(({ status }) => status, ({ code }) => code)`;
  const plugins = { a: { code: trying('a', body), manifest: own() }, b: { code: trying('b', body), manifest: own() } };
  const grant = (asked: object, { id }: { readonly id: string }): object => (id === 'a' ? asked : {});
  await using it = await hosted(processTier({ grant }), plugins);
  expect(await it.run('a.try', `${origin}/hang`)).toBe('seaworthy.plugins.CALL_TIMEOUT');
  expect(await it.run('b.try', `${origin}/hang`)).toBe('seaworthy.plugins.FETCH_REFUSED');
});
