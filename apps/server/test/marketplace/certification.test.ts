import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyIdOf, publicKeyText, signPlugin } from '@seaworthy/plugins/trust';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { askMarket, marketClient, type MarketClient } from '../support/market-client.ts';
import { pluginArchive, type PluginChange } from '../support/plugin-archive.ts';
import { push, reportBody } from '../support/report.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';
import { publishDocument } from '../support/tarball.ts';

let server: RunningServer;
let ada: MarketClient;
let mia: MarketClient;
const signer = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');

beforeAll(async () => {
  server = await runServer({
    SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000',
    SEAWORTHY_MARKETPLACE_WRITES_PER_MINUTE: '1000',
    SEAWORTHY_ADMINS: 'mia',
  });
  [ada, mia] = await Promise.all([marketClient(server.url, 'ada'), marketClient(server.url, 'mia')]);
  await ada.api('POST', '/keys', { key: publicKeyText(signer.publicKey) });
});

afterAll(() => server.stop());

let index = 0;
let name = '';

beforeEach(() => {
  name = `plugin-${(index += 1)}`;
});

interface Certification {
  readonly id: number;
  readonly state: string;
  readonly checks: readonly {
    readonly name: string;
    readonly outcome: string;
    readonly detail: string;
    readonly findings: readonly string[];
  }[];
  readonly reasons: readonly string[];
  readonly steps: readonly { readonly state: string; readonly by: string }[];
}

async function publish(change: PluginChange = {}): Promise<Buffer> {
  const archive = pluginArchive(name, '1.0.0', change);
  const document = publishDocument(name, '1.0.0', { archive });
  expect((await ada.npm.send('PUT', `/${name}`, document)).status).toBe(201);
  return archive;
}

async function submit(archive: Buffer, key: KeyObject = signer.privateKey): Promise<Certification> {
  const envelopes = [await signPlugin(archive, [key])];
  const { status, body } = await ada.api('POST', `/plugins/${name}/certifications`, { version: '1.0.0', envelopes });
  expect(status).toBe(202);
  return body;
}

/** What the certification is when the checks are done. */
async function checked({ id }: Certification): Promise<Certification> {
  const seen: Certification[] = [];
  await expect
    .poll(async () => {
      const { body } = await askMarket(server.url, 'GET', `/certifications/${id}`);
      seen.push(body);
      return (body as Certification).state;
    })
    .not.toMatch(/submitted|checking/);
  return seen.at(-1) as Certification;
}

const outcomes = ({ checks }: Certification) => Object.fromEntries(checks.map((check) => [check.name, check.outcome]));

test('a report that not everybody may see is not told to whoever sees the certification', async () => {
  const report = JSON.stringify({ ...JSON.parse(reportBody({ name })), project: { name, version: '1.0.0' } });
  const sent = await push(server.url, report, { authorization: `Bearer ${ada.npm.token}` });
  const { id } = (await sent.json()) as { id: string };
  await ada.api('PUT', `/projects/${name}/visibility`, { visibility: 'private' });
  const certification = await checked(await submit(await publish()));
  expect(certification.checks.find((each) => each.name === 'report')).toMatchObject({
    outcome: 'warned',
    detail: `there is no readiness report of ${name} 1.0.0 that everybody may see`,
  });
  expect(JSON.stringify(certification)).not.toContain(id);
});

test('a plugin that is signed and imports what it says goes to review, and is certified by a maintainer', async () => {
  await push(server.url, JSON.stringify({ ...JSON.parse(reportBody({ name })), project: { name, version: '1.0.0' } }));
  const certification = await checked(await submit(await publish()));
  expect([certification.state, outcomes(certification)]).toEqual([
    'in-review',
    {
      archive: 'passed',
      manifest: 'passed',
      imports: 'passed',
      signature: 'passed',
      licence: 'passed',
      report: 'warned',
    },
  ]);
  const queue = (await askMarket(server.url, 'GET', '/certifications')).body as {
    certifications: readonly Certification[];
  };
  expect(queue.certifications.map(({ id }) => id)).toContain(certification.id);
  const decide = (by: MarketClient) =>
    by.api('POST', `/certifications/${certification.id}/decision`, { outcome: 'certified' });
  expect((await decide(ada)).status).toBe(403);
  expect((await decide(mia)).body).toMatchObject({ state: 'certified' });
  expect(await decide(mia)).toMatchObject({ status: 409, body: { code: 'seaworthy.server.CERTIFICATION_STATE' } });
  expect((await askMarket(server.url, 'GET', `/plugins/${name}`)).body).toMatchObject({ certified: '1.0.0' });
  const { steps } = (await askMarket(server.url, 'GET', `/certifications/${certification.id}`)).body as Certification;
  expect(steps.map(({ state, by }) => [state, by])).toEqual([
    ['submitted', 'ada'],
    ['checking', ''],
    ['in-review', ''],
    ['certified', 'mia'],
  ]);
});

test('of a package that is not shown to a maintainer nothing is decided by one', async () => {
  const { id } = await checked(await submit(await publish()));
  expect((await ada.npm.send('POST', `/-/package/${name}/access`, { access: 'restricted' })).status).toBe(200);
  expect(await mia.api('POST', `/certifications/${id}/decision`, { outcome: 'certified' })).toMatchObject({
    status: 404,
    body: { code: 'seaworthy.server.PACKAGE_UNKNOWN' },
  });
  expect((await ada.api('GET', `/certifications/${id}`)).body).toMatchObject({ state: 'in-review' });
});

test('what is certified can be revoked with a reason, and is listed as certified no more', async () => {
  const { id } = await checked(await submit(await publish()));
  const decide = (decision: object) => mia.api('POST', `/certifications/${id}/decision`, decision);
  await decide({ outcome: 'certified' });
  expect(await decide({ outcome: 'revoked' })).toMatchObject({
    status: 422,
    body: { code: 'seaworthy.server.INPUT_REFUSED' },
  });
  expect((await decide({ outcome: 'revoked', reasons: ['mines coins'] })).body).toMatchObject({
    state: 'revoked',
    reasons: ['mines coins'],
  });
  expect((await askMarket(server.url, 'GET', `/plugins/${name}`)).body).toMatchObject({ certified: null });
  const log = readFileSync(join(server.folder, 'data/audit.log'), 'utf8');
  for (const event of [
    'certification submitted',
    'certification certified',
    'certification revoked',
    'publisher key added',
  ]) {
    expect(log).toContain(event);
  }
});

const bad: readonly {
  readonly title: string;
  readonly change: PluginChange;
  readonly check: string;
  readonly says: RegExp;
}[] = [
  {
    title: 'imports what it does not name',
    change: { code: "import 'node:child_process';" },
    check: 'imports',
    says: /child_process/,
  },
  { title: 'makes code out of text', change: { code: "eval('1');" }, check: 'imports', says: /eval/ },
  { title: 'has no licence of SPDX', change: { packageJson: { license: 'ask me' } }, check: 'licence', says: /ask me/ },
  { title: 'is no plugin', change: { packageJson: { seaworthy: undefined } }, check: 'manifest', says: /no plugin/ },
];
for (const { title, change, check, says } of bad) {
  test(`a package that ${title} is refused by itself, with the reason`, async () => {
    const certification = await checked(await submit(await publish(change)));
    expect([certification.state, outcomes(certification)[check]]).toEqual(['refused', 'failed']);
    const found = certification.checks.find((each) => each.name === check);
    expect([found?.detail, ...(found?.findings ?? [])].join('\n')).toMatch(says);
    expect(certification.reasons.some((reason) => reason.startsWith(`${check}: `))).toBe(true);
  });
}

test('a signature by a key that no owner has, of other bytes, or by a revoked key does not count', async () => {
  const archive = await publish();
  expect(outcomes(await checked(await submit(archive, stranger.privateKey)))).toMatchObject({ signature: 'failed' });
  const other = pluginArchive(name, '1.0.0', { code: 'export default { other: true };' });
  expect(outcomes(await checked(await submit(other)))).toMatchObject({ signature: 'failed', archive: 'passed' });
  const spare = generateKeyPairSync('ed25519');
  await ada.api('POST', '/keys', { key: publicKeyText(spare.publicKey) });
  const reading = { password: 'correct horse battery staple', readonly: true };
  const { token } = (await (await ada.npm.send('POST', '/-/npm/v1/tokens', reading)).json()) as { token: string };
  const key = `/keys/${encodeURIComponent(keyIdOf(spare.publicKey))}`;
  expect((await askMarket(server.url, 'DELETE', key, { token })).status).toBe(403);
  expect((await ada.api('DELETE', `/keys/${encodeURIComponent(keyIdOf(spare.publicKey))}`)).status).toBe(204);
  expect(outcomes(await checked(await submit(archive, spare.privateKey)))).toMatchObject({ signature: 'failed' });
  // A key that was revoked does not come back.
  expect((await ada.api('POST', '/keys', { key: publicKeyText(spare.publicKey) })).status).toBe(422);
});

test('a version is in one certification at a time, and its owner may withdraw it', async () => {
  const archive = await publish();
  const first = await checked(await submit(archive));
  expect(await ada.api('POST', `/plugins/${name}/certifications`, { version: '1.0.0' })).toMatchObject({
    status: 409,
    body: { code: 'seaworthy.server.CERTIFICATION_OPEN' },
  });
  const withdraw = (by: MarketClient) => by.api('POST', `/certifications/${first.id}/withdrawal`);
  expect((await withdraw(mia)).status).toBe(403);
  expect((await withdraw(ada)).body).toMatchObject({ state: 'withdrawn' });
  expect((await withdraw(ada)).status).toBe(409);
  expect((await submit(archive)).id).toBeGreaterThan(first.id);
});

test('only owners submit, and only what was published', async () => {
  await publish();
  const send = (by: MarketClient, version: string) => by.api('POST', `/plugins/${name}/certifications`, { version });
  expect((await send(mia, '1.0.0')).status).toBe(403);
  expect((await send(ada, '9.9.9')).status).toBe(404);
  expect((await askMarket(server.url, 'GET', '/certifications/999999')).status).toBe(404);
  expect((await askMarket(server.url, 'GET', '/certifications/x')).status).toBe(422);
});
