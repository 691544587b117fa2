// Parts of archives, conditions on them (RFC 9110), and what accounts learn of each other.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registryClient, type RegistryClient } from '../support/registry-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';
import { packed, publishDocument } from '../support/tarball.ts';

let server: RunningServer;
let ada: RegistryClient;
const archives = new Map<string, Buffer>();

beforeAll(async () => {
  server = await runServer({ SEAWORTHY_ROLES: 'root=admin' });
  ada = await registryClient(server.url, 'ada');
  for (const [name, bytes] of [
    ['small', 100],
    ['large', 3_000_000],
  ] as const) {
    const archive = packed(name, '1.0.0', [{ path: 'package/data', content: randomBytes(bytes) }]);
    archives.set(name, archive);
    await ada.send('PUT', `/${name}`, publishDocument(name, '1.0.0', { archive }));
  }
});

afterAll(() => server.stop());

const get = (name: string, headers: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(`${server.url}/npm/${name}/-/${name}-1.0.0.tgz`, { headers });

for (const name of ['small', 'large']) {
  const cases = [
    { range: 'bytes=0-9', from: () => 0, to: () => 10 },
    { range: 'bytes=10-', from: () => 10, to: (bytes: number) => bytes },
    { range: 'bytes=-10', from: (bytes: number) => bytes - 10, to: (bytes: number) => bytes },
    { range: 'bytes=5-99999999', from: () => 5, to: (bytes: number) => bytes },
    { range: 'bytes=-99999999', from: () => 0, to: (bytes: number) => bytes },
  ];
  for (const { range, from, to } of cases) {
    test(`of a ${name} archive ${range} is what it names`, async () => {
      const archive = archives.get(name) as Buffer;
      const response = await get(name, { range });
      const bytes = Buffer.from(await response.arrayBuffer());
      const [first, end] = [from(archive.length), to(archive.length)];
      expect([response.status, response.headers.get('content-range')]).toEqual([
        206,
        `bytes ${first}-${end - 1}/${archive.length}`,
      ]);
      expect(bytes.equals(archive.subarray(first, end))).toBe(true);
    });
  }

  test(`of a ${name} archive a range after its end is refused with its length`, async () => {
    const { length } = archives.get(name) as Buffer;
    for (const range of [`bytes=${length}-`, 'bytes=-0']) {
      const response = await get(name, { range });
      expect([response.status, response.headers.get('content-range')]).toEqual([416, `bytes */${length}`]);
    }
  });

  test(`a ${name} archive comes as a whole for what is no range, several, or one of something else`, async () => {
    const archive = archives.get(name) as Buffer;
    const odd = ['bytes=', 'bytes=-', 'bytes=9-1', 'bytes=a-b', 'bytes=0-1,4-5', 'lines=0-1'];
    for (const headers of [...odd.map((range) => ({ range })), { range: 'bytes=0-9', 'if-range': '"another"' }]) {
      const response = await get(name, headers);
      expect([response.status, response.headers.get('content-range')]).toEqual([200, null]);
      expect(Buffer.from(await response.arrayBuffer()).equals(archive)).toBe(true);
    }
  });

  test(`a part of a ${name} archive is given where If-Range names what there is`, async () => {
    const etag = (await get(name, {})).headers.get('etag') as string;
    expect((await get(name, { range: 'bytes=0-9', 'if-range': etag })).status).toBe(206);
  });

  test(`If-None-Match: * is answered with 304 where there is a ${name} archive`, async () => {
    expect((await get(name, { 'if-none-match': '*' })).status).toBe(304);
    expect((await ada.get(`/${name}`, { 'if-none-match': '*' })).status).toBe(304);
  });
}

test('an account learns its own email, an admin that of others, and nobody else', async () => {
  const [bob, root] = [await registryClient(server.url, 'bob'), await registryClient(server.url, 'root')];
  const emails = [ada, root, bob].map(async (client) => {
    const answer = await client.get('/-/user/org.couchdb.user:ada');
    const { name, email } = (await answer.json()) as { readonly name: string; readonly email?: string };
    return [name, email];
  });
  expect(await Promise.all(emails)).toEqual([
    ['ada', 'ada@example.com'],
    ['ada', 'ada@example.com'],
    ['ada', undefined],
  ]);
});
