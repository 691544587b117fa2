import { readFileSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registryClient, withToken, type RegistryClient } from '../support/registry-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';
import { packed, publishDocument, tar, tgz, type PublishChange } from '../support/tarball.ts';

let server: RunningServer;
let ada: RegistryClient;
let mallory: RegistryClient;

beforeAll(async () => {
  server = await runServer({
    SEAWORTHY_REGISTRY_ARCHIVE_LIMIT_BYTES: '2000000',
    SEAWORTHY_BODY_LIMIT_BYTES: '300000',
    SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '100',
  });
  ada = await registryClient(server.url, 'ada');
  mallory = await registryClient(server.url, 'mallory');
  await put(ada, 'taken', publishDocument('taken', '1.0.0'));
});

afterAll(() => server.stop());

const put = (client: RegistryClient, name: string, body: unknown): Promise<Response> =>
  client.send('PUT', `/${name.replace('/', '%2f')}`, body);

const packageJson = { path: 'package/package.json', content: '{"name":"evil","version":"1.0.0"}' };
const withEntry = (entry: Parameters<typeof tgz>[0][number]): PublishChange => ({ archive: tgz([packageJson, entry]) });
const pax = (record: string): string => {
  const length = record.length + 4;
  return `${length} ${record}\n`;
};
const damaged = packed('evil', '1.0.0');
damaged.fill(1, 20, 40);

/** What is wrong with a publication of evil@1.0.0, and what the server says of it. */
const archives: Readonly<Record<string, readonly [PublishChange, RegExp]>> = {
  'a path out of the folder': [
    withEntry({ path: 'package/../../../etc/cron.d/x', content: 'x' }),
    /leads out of its folder/,
  ],
  'a path out of the folder in an extended header': [
    {
      archive: tgz([
        packageJson,
        { path: 'PaxHeader', type: 'x', content: pax('path=package/../../../etc/passwd') },
        { path: 'package/a', content: 'x' },
      ]),
    },
    /leads out of its folder/,
  ],
  'a long path out of the folder': [
    {
      archive: tgz([
        packageJson,
        { path: '././@LongLink', type: 'L', content: 'package/../../x' },
        { path: 'package/a', content: 'x' },
      ]),
    },
    /leads out of its folder/,
  ],
  'an absolute path': [withEntry({ path: '/etc/passwd', content: 'x' }), /absolute path/],
  'a path of Windows': [withEntry({ path: 'C:\\Windows\\x', content: 'x' }), /absolute path or a backslash/],
  'a symbolic link': [withEntry({ path: 'package/x', type: '2', link: '/etc/passwd' }), /symbolic link/],
  'a hard link': [withEntry({ path: 'package/x', type: '1', link: 'package/package.json' }), /hard link/],
  'a device': [withEntry({ path: 'package/x', type: '3' }), /device/],
  'a pipe': [withEntry({ path: 'package/x', type: '6' }), /pipe/],
  'two package.json': [withEntry(packageJson), /more than one package.json/],
  'a second package.json in other letters': [
    withEntry({ ...packageJson, path: 'package/PACKAGE.json' }),
    /more than one/,
  ],
  'a second package.json by another path': [
    withEntry({ ...packageJson, path: 'package/./package.json' }),
    /says nothing/,
  ],
  'no package.json': [{ archive: tgz([{ path: 'package/x', content: 'x' }]) }, /no package.json/],
  'a package.json of another package': [
    { archive: packed('taken', '1.0.0') },
    /is of "taken@1.0.0", not of evil@1.0.0/,
  ],
  'a package.json of another version': [{ archive: packed('evil', '1.0.1') }, /is of "evil@1.0.1"/],
  'a package.json that is no JSON': [{ archive: tgz([{ ...packageJson, content: '{' }]) }, /package.json is not JSON/],
  'no gzip': [{ archive: tar([packageJson]) }, /not compressed by gzip/],
  'no tar': [{ archive: gzipSync(Buffer.alloc(4096, 'x')) }, /not a tar archive/],
  'a damaged archive': [{ archive: damaged }, /damaged/],
  'half an entry': [{ archive: gzipSync(tar([packageJson]).subarray(0, 530)) }, /middle of an entry/],
  'a bomb': [
    { archive: tgz([packageJson, { path: 'package/zeros', content: Buffer.alloc(600_000_000) }]) },
    /unpacks to more than/,
  ],
  'an entry that says it is negative': [withEntry({ path: 'package/x', bytes: -5 }), /not octal/],
};

for (const [title, [change, says]] of Object.entries(archives)) {
  test(`an archive with ${title} is refused`, { timeout: 60_000 }, async () => {
    const response = await put(ada, 'evil', publishDocument('evil', '1.0.0', change));
    const problem = (await response.json()) as { code: string; error: string; reason: string };
    expect([response.status, problem.code]).toEqual([422, 'seaworthy.server.ARCHIVE_REFUSED']);
    expect(problem.error).toMatch(says);
    expect((await ada.get('/evil')).status).toBe(404);
  });
}

const big = 'a'.repeat(310_000);
const documents: Readonly<Record<string, readonly [name: string, body: unknown, status: number, code: string]>> = {
  'a name in upper case': ['Evil', publishDocument('Evil', '1.0.0'), 422, 'NAME_REFUSED'],
  'a name of Node': ['fs', publishDocument('fs', '1.0.0'), 422, 'NAME_REFUSED'],
  'a name that is a path': ['..%2f..%2fetc', publishDocument('../../etc', '1.0.0'), 422, 'NAME_REFUSED'],
  'a name with a line break': [
    'evil%0d%0aset-cookie:a=b',
    publishDocument('evil\r\nset-cookie:a=b', '1.0.0'),
    422,
    'NAME_REFUSED',
  ],
  'another name than its address': ['evil', publishDocument('evil2', '1.0.0'), 422, 'PUBLISH_REFUSED'],
  'a version that is none': ['evil', publishDocument('evil', '1.0'), 422, 'PUBLISH_REFUSED'],
  'a version with a path': ['evil', publishDocument('evil', '1.0.0-../../x'), 422, 'PUBLISH_REFUSED'],
  'a manifest of another version': [
    'evil',
    publishDocument('evil', '1.0.0', { manifest: { version: '2.0.0' } }),
    422,
    'PUBLISH_REFUSED',
  ],
  'another shasum': [
    'evil',
    publishDocument('evil', '1.0.0', { manifest: { dist: { shasum: '0'.repeat(40) } } }),
    422,
    'PUBLISH_REFUSED',
  ],
  'another integrity': [
    'evil',
    publishDocument('evil', '1.0.0', { manifest: { dist: { integrity: 'sha512-AAAA' } } }),
    422,
    'PUBLISH_REFUSED',
  ],
  'a key that changes prototypes': [
    'evil',
    JSON.stringify(publishDocument('evil', '1.0.0', { manifest: { x: 'HERE' } })).replace(
      '"x":"HERE"',
      '"__proto__":{"polluted":true}',
    ),
    422,
    'PUBLISH_REFUSED',
  ],
  'the same key, written with escapes': [
    'evil',
    JSON.stringify(publishDocument('evil', '1.0.0', { manifest: { x: 'HERE' } })).replace(
      '"x":"HERE"',
      '"\\u005f_proto__":{"polluted":true}',
    ),
    422,
    'PUBLISH_REFUSED',
  ],
  'two attachments': [
    'evil',
    publishDocument('evil', '1.0.0', { attachments: { a: { data: 'AAAA' }, b: { data: 'AAAA' } } }),
    422,
    'PUBLISH_REFUSED',
  ],
  'data that is not base64': [
    'evil',
    publishDocument('evil', '1.0.0', { attachments: { 'evil-1.0.0.tgz': { data: '!!!!' } } }),
    422,
    'ARCHIVE_REFUSED',
  ],
  'no JSON': ['evil', '{"name":', 422, 'PUBLISH_REFUSED'],
  'a list': ['evil', [1], 422, 'PUBLISH_REFUSED'],
  'ten thousand levels': ['evil', '['.repeat(10_000), 422, 'PUBLISH_REFUSED'],
  'a readme over the limit': [
    'evil',
    publishDocument('evil', '1.0.0', { document: { readme: big } }),
    413,
    'DOCUMENT_TOO_LARGE',
  ],
  'an archive over the limit': [
    'evil',
    publishDocument('evil', '1.0.0', { archive: Buffer.alloc(2_000_001) }),
    413,
    'ARCHIVE_TOO_LARGE',
  ],
  'a tag that is a version': ['evil', publishDocument('evil', '1.0.0', { tag: 'v1' }), 422, 'TAG_REFUSED'],
};

for (const [title, [name, body, status, problem]] of Object.entries(documents)) {
  test(`a document with ${title} is refused with ${problem}, and that is written down`, async () => {
    const response = await ada.send('PUT', `/${name}`, body);
    const said = (await response.json()) as Record<string, unknown>;
    expect([response.status, said['code']]).toEqual([status, `seaworthy.server.${problem}`]);
    expect(said['error']).toBe(said['detail']);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const written = readFileSync(join(server.folder, 'data/audit.log'), 'utf8').split('\n');
    expect(written.filter((line) => line.includes(String(said['requestId'])))).toHaveLength(1);
    expect(readdirSync(join(server.folder, 'data/archives/drafts'))).toEqual([]);
  });
}

test("somebody else's package is not published to, changed or unpublished", async () => {
  const forged = publishDocument('taken', '6.6.6');
  const attempts = [
    await put(mallory, 'taken', forged),
    await mallory.send('PUT', '/-/package/taken/dist-tags/evil', '"1.0.0"'),
    await mallory.send('PUT', '/taken/-rev/1', { maintainers: [{ name: 'mallory' }] }),
    await mallory.send('PUT', '/taken', { versions: { '1.0.0': { deprecated: 'use mine' } } }),
    await mallory.send('DELETE', '/taken/-rev/1'),
    await mallory.send('DELETE', '/taken/-/taken-1.0.0.tgz/-rev/1'),
    await mallory.send('POST', '/-/package/taken/access', { access: 'restricted' }),
  ];
  for (const attempt of attempts) {
    const { code } = (await attempt.json()) as { code: string };
    expect([attempt.status, code]).toEqual([403, 'seaworthy.server.NOT_AN_OWNER']);
  }
  const document = (await (await ada.get('/taken')).json()) as Record<string, object>;
  expect(Object.keys(document['versions'] ?? {})).toEqual(['1.0.0']);
  expect(document['maintainers']).toEqual([{ name: 'ada', email: 'ada@example.com' }]);
});

const forged = ['', 'swt_forged', `swt_${'A'.repeat(43)}`, "' OR 1=1 --", 'a\tb'];
for (const token of forged) {
  test(`the token ${JSON.stringify(token)} publishes nothing`, async () => {
    const response = await withToken(server.url, token).send('PUT', '/evil', publishDocument('evil', '1.0.0'));
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      401,
      'seaworthy.server.UNAUTHORIZED',
    ]);
  });
}

const searches = [
  '"',
  '*',
  'NEAR(a b)',
  "x' OR 1=1 --",
  'name:x',
  '{name}:x',
  'a" OR "b',
  '^taken',
  '-taken',
  '\u0000',
  'a'.repeat(5_000),
];
for (const text of searches) {
  test(`a search for ${JSON.stringify(text.slice(0, 20))} is only words`, async () => {
    const response = await ada.get(`/-/v1/search?text=${encodeURIComponent(text)}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      objects: expect.any(Array) as unknown,
      total: expect.any(Number) as unknown,
    });
  });
}

test('paths to files of the machine are names of nothing', async () => {
  for (const path of [
    '/taken/-/..%2f..%2f..%2fserver.sqlite',
    '/..%2f..%2fregistry-key.pem',
    '/taken/-/taken-%2e%2e.tgz',
    '/constructor',
    '/__proto__',
    '/taken/__proto__',
    '/taken/constructor',
  ]) {
    const response = await ada.get(path);
    expect([path, response.status]).toEqual([path, 404]);
  }
});

test('a Host header that names no host is not repeated in an address', async () => {
  const answer = await raw(`GET /npm/taken HTTP/1.1\r\nHost: evil"x\r\nConnection: close\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
});

test('whoever leaves in the middle of an archive leaves nothing', async () => {
  const body = JSON.stringify(publishDocument('half', '1.0.0', { archive: Buffer.alloc(200_000) }));
  const head = `PUT /npm/half HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${ada.token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(head + body.slice(0, 150_000));
  const drafts = join(server.folder, 'data/archives/drafts');
  await expect.poll(() => readdirSync(drafts).length, { timeout: 30_000 }).toBe(1);
  socket.destroy();
  await expect.poll(() => readdirSync(drafts).length, { timeout: 30_000 }).toBe(0);
  expect((await ada.get('/half')).status).toBe(404);
});

test('attempts to log in are limited', async () => {
  const limited = await runServer({ SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '3' });
  try {
    const attempt = () =>
      withToken(limited.url, '').send('PUT', '/-/user/org.couchdb.user:ada', {
        name: 'ada',
        password: 'wrong-password',
      });
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await attempt()).status);
    expect(statuses).toEqual([401, 401, 401, 429]);
    expect(Number((await attempt()).headers.get('retry-after'))).toBeGreaterThan(0);
  } finally {
    await limited.stop();
  }
});

test('with registration closed nobody makes an account', async () => {
  const closed = await runServer({ SEAWORTHY_REGISTRY_REGISTRATION: 'closed' });
  try {
    const body = { name: 'eve', password: 'a long password', email: 'eve@example.com' };
    const response = await withToken(closed.url, '').send('PUT', '/-/user/org.couchdb.user:eve', body);
    expect([response.status, await response.json()]).toMatchObject([
      403,
      { code: 'seaworthy.server.REGISTRATION_CLOSED' },
    ]);
  } finally {
    await closed.stop();
  }
});

test('where accounts only may read, a stranger sees nothing', async () => {
  const inner = await runServer({ SEAWORTHY_REGISTRY_READERS: 'accounts' });
  try {
    const client = await registryClient(inner.url, 'ada');
    await client.send('PUT', '/inner', publishDocument('inner', '1.0.0'));
    const stranger = withToken(inner.url, '');
    for (const path of [
      '/inner',
      '/inner/1.0.0',
      '/inner/-/inner-1.0.0.tgz',
      '/-/v1/search?text=inner',
      '/-/package/inner/dist-tags',
    ]) {
      expect([path, (await stranger.get(path)).status, (await client.get(path)).status]).toEqual([path, 401, 200]);
    }
  } finally {
    await inner.stop();
  }
});

function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}
