import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createResilience } from '@seaworthy/resilience';
import { expect, test } from 'vitest';
import { CliErrors } from '../../src/errors.ts';
import { audit } from '../../src/handlers/audit.ts';
import { push } from '../../src/handlers/push.ts';
import { pushPipeline, pushReport } from '../../src/push/push.ts';
import { readVersion } from '../../src/version.ts';
import { ended, start } from '../support/bin.ts';
import { bytesOf, fakeIo, type FakeIo } from '../support/io.ts';
import { writeProject } from '../support/project.ts';
import { callRule, makePack } from '../support/rules.ts';
import { answer, startServer, unusedUrl, type ReportServer } from '../support/server.ts';

const packs = [makePack(callRule('SEA-R901', 'danger'))];
const created = answer(201, { id: 'r1', url: '/reports/r1' });

/** A project with its report in `report.json`. */
async function reported(): Promise<{ readonly cwd: string; readonly text: string }> {
  const cwd = writeProject({ 'package.json': '{ "name": "app" }', 'a.ts': 'danger("é");\n' });
  const io = fakeIo({ cwd });
  await audit({ format: 'json' }, '.', io, packs);
  writeFileSync(join(cwd, 'report.json'), io.out());
  return { cwd, text: io.out() };
}

async function pushTo(server: ReportServer, parts: Partial<FakeIo> = {}): Promise<FakeIo> {
  const { cwd } = await reported();
  const io = fakeIo({ cwd, ...parts });
  await push({ url: server.url }, 'report.json', io, packs);
  return io;
}

test('the very bytes of the report are sent, and the address of the report is printed', async () => {
  const server = await startServer(created);
  const { cwd, text } = await reported();
  const io = fakeIo({ cwd });
  expect(await push({ url: `${server.url}/` }, 'report.json', io)).toBe(0);
  expect([io.out(), io.err()]).toEqual([`${server.url}/reports/r1\n`, '']);
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]).toMatchObject({
    method: 'POST',
    path: '/api/v1/reports',
    body: text,
    headers: { 'content-type': 'application/json', 'user-agent': `seaworthy/${readVersion()}` },
  });
  expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
});

test('a server that has these very bytes already answers 200, and the address of that report is printed', async () => {
  const server = await startServer(answer(200, { id: 'r1', url: '/reports/r1' }));
  const { cwd } = await reported();
  const io = fakeIo({ cwd });
  expect(await push({ url: server.url }, 'report.json', io)).toBe(0);
  expect([io.out(), io.err()]).toEqual([`${server.url}/reports/r1\n`, '']);
});

test('the path of a server behind a prefix is kept', async () => {
  const server = await startServer(created);
  const { cwd } = await reported();
  await push({ url: `${server.url}/seaworthy` }, 'report.json', fakeIo({ cwd }));
  expect(server.requests[0]?.path).toBe('/seaworthy/api/v1/reports');
});

test('a token is sent as a bearer token, from the flag or the environment', async () => {
  const server = await startServer(created);
  const { cwd } = await reported();
  await push({ url: server.url, token: 'flag' }, 'report.json', fakeIo({ cwd }));
  await push(
    {},
    'report.json',
    fakeIo({ cwd, variables: { SEAWORTHY_PUSH_URL: server.url, SEAWORTHY_PUSH_TOKEN: 'env' } }),
  );
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer flag', 'Bearer env']);
});

test('a token of who runs the command is not sent to a server that only the project names', async () => {
  const server = await startServer(created);
  const { cwd } = await reported();
  writeFileSync(join(cwd, 'seaworthy.config.json'), JSON.stringify({ push: { url: server.url } }));
  const variables = { SEAWORTHY_PUSH_TOKEN: 'mine' };
  const refused = push({}, 'report.json', fakeIo({ cwd, variables }));
  await expect(refused).rejects.toMatchObject({
    code: 'seaworthy.cli.TARGET_NOT_YOURS',
    message:
      'push.token comes from env:SEAWORTHY_PUSH_TOKEN, and push.url from seaworthy.config.json:1:16, a file of the project: it could send the secret to anybody. Give --url or set SEAWORTHY_PUSH_URL to say yourself where it goes.',
  });
  await expect(push({ token: 'mine' }, 'report.json', fakeIo({ cwd }))).rejects.toThrow(CliErrors.TARGET_NOT_YOURS);
  expect(server.requests).toEqual([]);

  const named = { ...variables, SEAWORTHY_PUSH_URL: server.url };
  expect(await push({}, 'report.json', fakeIo({ cwd, variables: named }))).toBe(0);
  expect(server.requests[0]?.headers.authorization).toBe('Bearer mine');
});

test('without a token, or with one of its own, a project may say where its reports go', async () => {
  const server = await startServer(created);
  const { cwd } = await reported();
  const settings = { push: { url: server.url, token: 'theirs' } };
  writeFileSync(join(cwd, 'seaworthy.config.json'), JSON.stringify({ push: { url: server.url } }));
  expect(await push({}, 'report.json', fakeIo({ cwd }))).toBe(0);
  writeFileSync(join(cwd, 'seaworthy.config.json'), JSON.stringify(settings));
  expect(await push({}, 'report.json', fakeIo({ cwd }))).toBe(0);
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer theirs']);
});

test('headers for a collector are not sent to one that only the project names', async () => {
  const collector = await startServer(answer(200, {}));
  const cwd = writeProject({
    'a.ts': 'danger();',
    'package.json': JSON.stringify({ seaworthy: { telemetry: { endpoint: collector.url } } }),
  });
  const variables = { SEAWORTHY_TELEMETRY_HEADERS: 'api-key=mine' };
  const refused = audit({}, '.', fakeIo({ cwd, variables }), packs);
  await expect(refused).rejects.toMatchObject({
    code: 'seaworthy.cli.TARGET_NOT_YOURS',
    message: expect.stringContaining('telemetry.endpoint from package.json#seaworthy'),
  });
  expect(collector.requests).toEqual([]);
});

test('a report may come from standard input', async () => {
  const server = await startServer(created);
  const { cwd, text } = await reported();
  await push({ url: server.url }, '-', fakeIo({ cwd, stdin: bytesOf(text) }));
  expect(server.requests[0]?.body).toBe(text);
});

test('without a report the current directory is audited', async () => {
  const server = await startServer(created);
  const cwd = writeProject({ 'package.json': '{ "name": "app" }', 'a.ts': 'danger();' });
  await push({ url: server.url }, undefined, fakeIo({ cwd }), packs);
  expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({
    project: { name: 'app' },
    findings: [{ rule: 'SEA-R901' }],
  });
});

test('audit --push sends what --format json prints', async () => {
  const server = await startServer(created);
  const { cwd, text } = await reported();
  const io = fakeIo({ cwd });
  expect(await audit({ push: server.url, ignore: ['report.json'] }, '.', io, packs)).toBe(1);
  expect(server.requests[0]?.body).toBe(text);
  expect(io.out()).toContain('1 error in 1 file.');
  expect(io.err()).toBe(`The report is at ${server.url}/reports/r1.\n`);
});

test('a server that is not available twice is asked a third time, after the wait it asks for', async () => {
  const busy = answer(503, {}, { 'retry-after': '1' });
  const server = await startServer(busy, busy, created);
  const startedAt = performance.now();
  const io = await pushTo(server);
  expect(io.out()).toBe(`${server.url}/reports/r1\n`);
  expect(server.requests).toHaveLength(3);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1_990);
  expect(new Set(server.requests.map(({ body }) => body)).size).toBe(1);
});

test('a connection that breaks is tried again', async () => {
  const server = await startServer((response) => response.destroy(), created);
  await pushTo(server);
  expect(server.requests).toHaveLength(2);
});

const unavailable = [
  {
    what: 'asks for an hour is not waited for',
    answers: [answer(503, {}, { 'retry-after': '3600' })],
    attempts: '1 attempt',
  },
  {
    what: 'asks for an hour at the second attempt is not waited for any more',
    answers: [answer(503), answer(503, {}, { 'retry-after': '3600' })],
    attempts: '2 attempts',
  },
];
for (const { what, answers, attempts } of unavailable) {
  test(`a server that ${what}, and the error says how often it was asked`, async () => {
    const server = await startServer(...answers);
    const error: unknown = await pushTo(server).catch((reason: unknown) => reason);
    expect(CliErrors.PUSH_UNAVAILABLE.is(error)).toBe(true);
    expect(String(error)).toContain(`(503), and ${attempts} did not change that`);
    expect(server.requests).toHaveLength(answers.length);
  });
}

test('an interrupt ends the wait for a server at once, and nothing more is sent', async () => {
  const server = await startServer(answer(503, {}, { 'retry-after': '20' }), created);
  const resilience = createResilience();
  const user = new AbortController();
  const pipeline = resilience.pipeline('push', pushPipeline);
  const { signal } = user;
  const pushed = Promise.allSettled([
    pushReport(new Uint8Array([123, 125]), { url: server.url, version: '1', pipeline, signal }),
  ]);
  await expect.poll(() => server.requests.length).toBe(1);
  const startedAt = performance.now();
  user.abort('interrupted');
  expect(await pushed).toEqual([{ status: 'rejected', reason: 'interrupted' }]);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  await resilience.close();
  expect(server.requests).toHaveLength(1);
});

test('a refusal prints what the problem document says, once, and is not tried again', async () => {
  const problem = {
    type: 'https://example.com/problems/invalid',
    title: 'Invalid report',
    status: 422,
    detail: 'The report does not fit its schema.',
    errors: [{ path: 'findings[0].rule', message: 'Required' }, 'one more', { other: 1 }],
  };
  const server = await startServer(answer(422, problem, { 'content-type': 'application/problem+json' }));
  await expect(pushTo(server)).rejects.toThrow(
    `${server.url}/api/v1/reports refused the report with 422: Invalid report. The report does not fit its schema. findings[0].rule: Required. one more.`,
  );
  expect(server.requests).toHaveLength(1);
});

const answers: readonly (readonly [
  name: string,
  status: number,
  body: unknown,
  error: { is(value: unknown): boolean },
])[] = [
  ['a refusal without words', 401, '', CliErrors.PUSH_REFUSED],
  ['an address elsewhere', 302, '', CliErrors.PUSH_REFUSED],
  ['a broken server', 500, '<html>', CliErrors.PUSH_BROKEN],
  ['something that is no seaworthy server', 201, '<html>', CliErrors.PUSH_ANSWER_INVALID],
  ['no id', 201, { url: '/x' }, CliErrors.PUSH_ANSWER_INVALID],
  ['an address that is none', 201, { id: 'x', url: 'http://[' }, CliErrors.PUSH_ANSWER_INVALID],
];

for (const [name, status, body, kind] of answers) {
  test(`${name} (${status}) is an error of its own`, async () => {
    const server = await startServer(answer(status, body, { location: 'http://example.com/' }));
    await expect(pushTo(server)).rejects.toSatisfy((error) => kind.is(error));
    expect(server.requests).toHaveLength(1);
  });
}

test('a server that is not there is an error with the reason', async () => {
  const { cwd } = await reported();
  const url = await unusedUrl();
  await expect(push({ url }, 'report.json', fakeIo({ cwd }))).rejects.toThrow(
    `${url}/api/v1/reports could not be reached: ECONNREFUSED.`,
  );
});

test('an interrupt ends the wait for the rest of a report on standard input, with its message', async () => {
  const child = start('src/main.ts', ['report', 'push', '-', '--url', await unusedUrl()], writeProject({}));
  const end = ended(child);
  // More than a pipe holds: when it is written, the command reads.
  child.stdin?.write(Buffer.alloc(2 ** 20, ' '), () => child.kill('SIGINT'));
  const { code, err } = await end;
  expect([code, err]).toEqual([130, expect.stringMatching(/^seaworthy\.cli\.INTERRUPTED {2}Interrupted: nothing was/)]);
});

test('an interrupt during the push of an audit says that the report is written', async () => {
  const server = await startServer(() => undefined);
  const cwd = writeProject({ 'package.json': '{ "name": "app" }' });
  const child = start('src/main.ts', ['audit', '--output', 'report.json', '--push', server.url], cwd);
  const end = ended(child);
  await expect.poll(() => server.requests.length, { timeout: 60_000 }).toBe(1);
  child.kill('SIGINT');
  const { code, err } = await end;
  expect([code, existsSync(join(cwd, 'report.json'))]).toEqual([130, true]);
  expect(err).toContain('Interrupted: the report was written, but not pushed.');
});
