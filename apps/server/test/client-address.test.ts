import type { IncomingMessage } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { createHttp, type Http } from '../src/http/app.ts';
import { addressBehind } from '../src/http/client-address.ts';
import { listen } from '../src/http/listen.ts';
import type { HttpModule } from '../src/http/module.ts';
import { withinOneOf } from '../src/modules/accounts/networks.ts';
import { answeredLogger } from './support/silent-logger.ts';

const proxies = withinOneOf(['10.0.0.0/8', '2001:db8::/32']);

const cases: readonly { title: string; socket: string; forwarded?: string; is: string }[] = [
  { title: 'somebody who asks directly is who they are', socket: '203.0.113.5', is: '203.0.113.5' },
  {
    title: 'somebody who asks directly is not believed',
    socket: '203.0.113.5',
    forwarded: '198.51.100.7',
    is: '203.0.113.5',
  },
  { title: 'a proxy is believed', socket: '10.0.0.1', forwarded: '198.51.100.7', is: '198.51.100.7' },
  { title: 'a proxy that says nothing asks for itself', socket: '10.0.0.1', is: '10.0.0.1' },
  {
    title: 'what a client has written before the proxy is not believed',
    socket: '10.0.0.1',
    forwarded: '10.9.9.9, 192.0.2.1, 198.51.100.7',
    is: '198.51.100.7',
  },
  {
    title: 'two proxies in a row are both believed',
    socket: '2001:db8::1',
    forwarded: '192.0.2.1,198.51.100.7 , 10.0.0.2',
    is: '198.51.100.7',
  },
  {
    title: 'an IPv4 proxy on a socket for both is known',
    socket: '::ffff:10.0.0.1',
    forwarded: '198.51.100.7',
    is: '198.51.100.7',
  },
  { title: 'empty parts are nobody', socket: '10.0.0.1', forwarded: ' ,198.51.100.7,, ', is: '198.51.100.7' },
  { title: 'a word that is no address ends the search', socket: '10.0.0.1', forwarded: '10.0.0.3, x', is: 'x' },
];

for (const { title, socket, forwarded, is } of cases) {
  test(`${title}, for the quick answers as for the framework`, async () => {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    const request = { headers, socket: { remoteAddress: socket } } as unknown as IncomingMessage;
    expect(addressBehind(proxies)(request)).toBe(is);
    const { app } = await started(proxies);
    const answer = await app.inject({ url: '/slow', remoteAddress: socket, headers });
    expect(answer.json()).toEqual({ address: is });
  });
}

test('without proxies nobody is believed', () => {
  const request = { headers: { 'x-forwarded-for': '198.51.100.7' }, socket: { remoteAddress: '10.0.0.1' } };
  expect(addressBehind(undefined)(request as unknown as IncomingMessage)).toBe('10.0.0.1');
});

test('an answer from memory is given to the address behind the proxy', async () => {
  const { app } = await started(withinOneOf(['127.0.0.0/8']));
  const { url } = await listen(app.server, { host: '127.0.0.1', port: 0 });
  const ask = async (path: string) =>
    (await fetch(url + path, { headers: { 'x-forwarded-for': '198.51.100.7' } })).json();
  expect([await ask('/quick'), await ask('/slow')]).toEqual([{ address: '198.51.100.7' }, { address: '198.51.100.7' }]);
});

const telling: HttpModule = {
  register: (app) => void app.get('/slow', (request) => ({ address: request.ip })),
  quick(request, addressOf) {
    if (request.url !== '/quick') return undefined;
    const body = JSON.stringify({ address: addressOf(request) });
    return { status: 200, route: '/quick', headers: ['content-length', String(body.length)], body };
  },
};

async function started(isProxy: (address: string) => boolean): Promise<Http> {
  const http = createHttp({
    logger: answeredLogger([]),
    bodyLimitBytes: 2_000,
    isProxy,
    withContext: (_fields, next) => next(),
    onProblem: () => undefined,
  });
  onTestFinished(() => http.app.close());
  await http.mount([telling]);
  return http;
}
