// The real npm against the real server.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { npmClient, type NpmClient } from '../../support/npm-client.ts';
import { withToken } from '../../support/registry-client.ts';
import { runServer, type RunningServer } from '../../support/run-server.ts';
import { publishDocument } from '../../support/tarball.ts';

let server: RunningServer;
let npm: NpmClient;
let other: NpmClient;

beforeAll(async () => {
  server = await runServer({ SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000' });
  npm = npmClient(server.url);
  other = npmClient(server.url);
  await Promise.all([npm.login('ada'), other.login('grace')]);
}, 120_000);

afterAll(async () => {
  await npm[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await server.stop();
});

const slow = { timeout: 120_000 };

/** By npm itself where a test is about that, else by the document that npm would send: npm takes a second to start. */
async function publish(
  name: string,
  version = '1.0.0',
  manifest: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const document = publishDocument(name, version, { manifest });
  const response = await withToken(server.url, npm.token).send('PUT', `/${name.replace('/', '%2f')}`, document);
  expect(response.status).toBe(201);
}

async function publishByNpm(
  name: string,
  version: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const cwd = npm.project({ name, version, ...more }, { 'index.js': `module.exports = '${name}@${version}';` });
  await npm.ok(['publish'], { cwd });
}

test('ping, whoami, and a logout that ends the token on the server', slow, async () => {
  const client = npmClient(server.url);
  try {
    await client.login('lin');
    const { token } = client;
    await client.ok(['ping']);
    expect(await client.ok(['whoami'])).toBe('lin\n');
    await client.ok(['logout']);
    const asked = await fetch(`${server.url}/npm/-/whoami`, { headers: { authorization: `Bearer ${token}` } });
    expect(asked.status).toBe(401);
  } finally {
    await client[Symbol.asyncDispose]();
  }
});

test('a package that is published is viewed, installed and run', slow, async () => {
  await publishByNpm('lists', '1.0.0', { description: 'lists of things' });
  await publishByNpm('@shop/orders', '2.0.0', { dependencies: { lists: '^1.0.0' } });
  expect(await npm.ok(['view', '@shop/orders', 'dependencies.lists'])).toContain('^1.0.0');
  const app = npm.project({ name: 'app', version: '1.0.0' });
  await npm.ok(['install', '@shop/orders'], { cwd: app });
  expect(readFileSync(join(app, 'node_modules/@shop/orders/index.js'), 'utf8')).toContain('@shop/orders@2.0.0');
  expect(readFileSync(join(app, 'node_modules/lists/index.js'), 'utf8')).toContain('lists@1.0.0');
});

test('a lock file installs the same bytes again, and refuses others', slow, async () => {
  await publish('locked');
  const app = npm.project({ name: 'app', version: '1.0.0' });
  await npm.ok(['install', 'locked'], { cwd: app });
  rmSync(join(app, 'node_modules'), { recursive: true });
  await npm.ok(['ci', '--prefer-online'], { cwd: app });
  expect(existsSync(join(app, 'node_modules/locked/package.json'))).toBe(true);
  const lock = readFileSync(join(app, 'package-lock.json'), 'utf8');
  writeFileSync(join(app, 'package-lock.json'), lock.replace(/sha512-[^"]+/, `sha512-${'A'.repeat(86)}==`));
  const { code, output } = await npm.run(['ci', '--cache', join(npm.folder, 'empty')], { cwd: app });
  expect([code, output]).toEqual([1, expect.stringContaining('EINTEGRITY')]);
});

test('tags are set, listed and removed', slow, async () => {
  await publish('tagged', '1.0.0');
  await publish('tagged', '1.1.0');
  await npm.ok(['dist-tag', 'add', 'tagged@1.0.0', 'stable']);
  expect(await npm.ok(['dist-tag', 'ls', 'tagged'])).toBe('latest: 1.1.0\nstable: 1.0.0\n');
  await npm.ok(['dist-tag', 'rm', 'tagged', 'stable']);
  expect(await npm.ok(['dist-tag', 'ls', 'tagged'])).toBe('latest: 1.1.0\n');
  const refused = await npm.run(['dist-tag', 'rm', 'tagged', 'latest']);
  expect(refused.output).toContain('npm installs what has it');
});

test('a deprecated version says so to whoever installs it, until it is no longer', slow, async () => {
  await publish('old');
  await npm.ok(['deprecate', 'old@1', 'use lists instead']);
  const app = npm.project({ name: 'app', version: '1.0.0' });
  expect((await npm.run(['install', 'old'], { cwd: app })).output).toContain('use lists instead');
  await npm.ok(['deprecate', 'old@1', '']);
  expect(await npm.ok(['view', 'old', 'deprecated'])).toBe('');
});

test('a version that is unpublished is gone and is never published again', slow, async () => {
  await publish('regret', '1.0.0');
  await publish('regret', '1.0.1');
  const archive = `${server.url}/npm/regret/-/regret-1.0.1.tgz`;
  expect((await fetch(archive)).status).toBe(200);
  await npm.ok(['unpublish', 'regret@1.0.1']);
  expect(JSON.parse(await npm.ok(['view', 'regret', 'versions', '--json', '--prefer-online']))).toEqual(['1.0.0']);
  expect(await npm.ok(['dist-tag', 'ls', 'regret'])).toBe('latest: 1.0.0\n');
  expect((await fetch(archive)).status).toBe(404);
  const again = npm.project({ name: 'regret', version: '1.0.1' }, { 'index.js': 'something else' });
  const { code, output } = await npm.run(['publish'], { cwd: again });
  expect([code, output]).toEqual([1, expect.stringContaining('regret@1.0.1 was published before')]);
});

test('a package that is unpublished is gone, and its name stays with its owner', slow, async () => {
  await publish('gone');
  await npm.ok(['unpublish', 'gone', '--force']);
  expect((await npm.run(['view', 'gone'])).output).toContain('E404');
  const theirs = other.project({ name: 'gone', version: '2.0.0' });
  expect((await other.run(['publish'], { cwd: theirs })).output).toContain('grace does not own the package gone');
  await publish('gone', '2.0.0');
  expect(JSON.parse(await npm.ok(['view', 'gone', 'versions', '--json', '--prefer-online']))).toEqual(['2.0.0']);
});

test('only owners publish, and owners add others', slow, async () => {
  await publish('owned');
  const theirs = other.project({ name: 'owned', version: '1.1.0' });
  const refused = await other.run(['publish'], { cwd: theirs });
  expect([refused.code, refused.output]).toEqual([1, expect.stringContaining('grace does not own the package owned')]);
  await npm.ok(['owner', 'add', 'grace', 'owned']);
  const owners = (await npm.ok(['owner', 'ls', 'owned', '--prefer-online'])).trim().split('\n');
  expect(owners.toSorted()).toEqual(['ada <ada@example.com>', 'grace <grace@example.com>']);
  await other.ok(['publish'], { cwd: theirs });
  await npm.ok(['owner', 'rm', 'grace', 'owned']);
  const later = publishDocument('owned', '1.2.0');
  expect((await withToken(server.url, other.token).send('PUT', '/owned', later)).status).toBe(403);
});

test('a restricted package is shown to its owners only', slow, async () => {
  await publish('@shop/secret', '1.0.0', { description: 'unfindable' });
  await npm.ok(['access', 'set', 'status=private', '@shop/secret']);
  expect(await npm.ok(['access', 'get', 'status', '@shop/secret'])).toBe('@shop/secret: private\n');
  expect(await npm.ok(['access', 'list', 'collaborators', '@shop/secret'])).toBe('ada: read-write\n');
  expect((await other.run(['view', '@shop/secret'])).output).toContain('E404');
  expect((await fetch(`${server.url}/npm/@shop/secret/-/secret-1.0.0.tgz`)).status).toBe(404);
  for (const [token, total] of [
    [other.token, 0],
    [npm.token, 1],
  ] as const) {
    const found = await withToken(server.url, token).get('/-/v1/search?text=unfindable');
    expect(await found.json()).toMatchObject({ total });
  }
});

test('stars are given, listed and taken back by anybody', slow, async () => {
  await publish('starred');
  await other.ok(['star', 'starred']);
  expect(await npm.ok(['stars', 'grace'])).toBe('starred\n');
  await other.ok(['unstar', 'starred']);
  const left = await fetch(`${server.url}/npm/-/_view/starredByUser?key=${encodeURIComponent('"grace"')}`);
  expect(await left.json()).toEqual({ rows: [] });
});

test('search finds words of the name, the keywords, the description and the author', slow, async () => {
  await publish('pelican', '1.0.0', { description: 'a large bird', keywords: ['fauna'], author: 'Maria Sibylla' });
  const found = JSON.parse(await npm.ok(['search', '--json', 'large', 'bird'])) as object[];
  expect(found).toMatchObject([{ name: 'pelican', version: '1.0.0', keywords: ['fauna'] }]);
  for (const text of ['pelican', 'pelic', 'keywords:fauna', 'author:sibylla']) {
    const answer = await fetch(`${server.url}/npm/-/v1/search?text=${text}`);
    expect(await answer.json()).toMatchObject({ total: 1, objects: [{ package: { name: 'pelican' } }] });
  }
});

test('tokens are made, listed, limited and revoked', slow, async () => {
  const secret = ['--password', 'correct horse battery staple'];
  const made = JSON.parse(await npm.ok(['token', 'create', '--json', '--name', 'ci', '--expires', '7', ...secret])) as {
    token: string;
    expires: string;
  };
  const listed = JSON.parse(await npm.ok(['token', 'list', '--json'])) as {
    key: string;
    token: string;
    name: string;
  }[];
  const ci = listed.find(({ name }) => name === 'ci');
  expect(made.token.startsWith(ci?.token ?? 'none')).toBe(true);
  expect(JSON.stringify(listed)).not.toContain(made.token);
  const before = npm.token;
  npm.useToken(made.token);
  expect(await npm.ok(['whoami'])).toBe('ada\n');
  await npm.ok(['token', 'revoke', ci?.key ?? 'none']);
  expect((await npm.run(['whoami'])).output).toContain('E401');
  npm.useToken(before);
});

test('a token that may only read does not publish', slow, async () => {
  const options = ['--packages-and-scopes-permission', 'read-only', '--password', 'correct horse battery staple'];
  const made = JSON.parse(await npm.ok(['token', 'create', '--json', '--name', 'reader', ...options])) as {
    token: string;
  };
  const reader = withToken(server.url, made.token);
  expect((await reader.get('/-/whoami')).status).toBe(200);
  const refused = await reader.send('PUT', '/written', publishDocument('written', '1.0.0'));
  expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'seaworthy.server.TOKEN_ONLY_READS' }]);
});

test('an audit knows of no vulnerabilities, and verifies the signatures of the registry', slow, async () => {
  await publish('signed');
  const app = npm.project({ name: 'app', version: '1.0.0' });
  await npm.ok(['install', 'signed'], { cwd: app });
  expect(await npm.ok(['audit'], { cwd: app })).toContain('found 0 vulnerabilities');
  // npm first asks a public service whether it knows this registry; tests ask nobody, and that is what it would say.
  const stranger = join(import.meta.dirname, '../../support/unknown-to-sigstore.cjs');
  const env = { NODE_OPTIONS: `--require=${stranger}` };
  expect(await npm.ok(['audit', 'signatures'], { cwd: app, env })).toContain(
    '1 package has a verified registry signature',
  );
});

test('what is refused is told by npm in the words of the server', slow, async () => {
  const cwd = npm.project({ name: 'bad-tag', version: '1.0.0' });
  const { output } = await npm.run(['view', 'nothing-of-this-name']);
  expect(output).toContain('There is no package nothing-of-this-name');
  const wrong = await npm.run(['publish', '--tag', 'a/b'], { cwd });
  expect([wrong.code, wrong.output]).toEqual([1, expect.stringContaining('a tag starts with a letter')]);
});
