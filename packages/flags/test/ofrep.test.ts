import { expect, test } from 'vitest';
import { FlagErrors } from '../src/index.ts';
import { flagsOf, toggle } from './make.ts';

const flags = await flagsOf(
  { flags: { beta: toggle('on'), 'a b/ü': toggle('on'), broken: toggle('on', { targeting: { if: [true, 'none'] } }) } },
  { onInvalid: 'quarantine' },
);
const handle = flags.ofrep({ maxBodyBytes: 100 });
const all = 'http://localhost/ofrep/v1/evaluate/flags';

function post(url: string, body?: string, headers: Record<string, string> = {}): Promise<Response> {
  return handle(new Request(url, { method: 'POST', headers, ...(body !== undefined && { body }) }));
}

const refused = [
  { name: 'a body that is no JSON', url: all, body: '{', status: 400, code: 'PARSE_ERROR' },
  { name: 'a body that is no object', url: all, body: '7', status: 400, code: 'INVALID_CONTEXT' },
  {
    name: 'a context that is no object',
    url: `${all}/beta`,
    body: '{"context":[]}',
    status: 400,
    code: 'INVALID_CONTEXT',
  },
  {
    name: 'a targeting key that is no text',
    url: all,
    body: '{"context":{"targetingKey":7}}',
    status: 400,
    code: 'INVALID_CONTEXT',
  },
  {
    name: 'a body that is too long',
    url: all,
    body: `{"context":{"x":"${'x'.repeat(100)}"}}`,
    status: 413,
    code: 'GENERAL',
  },
  { name: 'a flag that is not there', url: `${all}/none`, body: '{}', status: 404, code: 'FLAG_NOT_FOUND' },
  { name: 'a flag that fails', url: `${all}/broken`, body: '{}', status: 400, code: 'GENERAL' },
  { name: 'a key that is not encoded well', url: `${all}/%E0%A4%A`, body: '{}', status: 400, code: 'PARSE_ERROR' },
  { name: 'another path', url: 'http://localhost/ofrep/v1/else', body: '{}', status: 404, code: 'GENERAL' },
];
for (const { name, url, body, status, code } of refused) {
  test(`${name} is answered with ${status} ${code}`, async () => {
    const response = await post(url, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errorCode: code, errorDetails: expect.any(String) });
  });
}

for (const body of [undefined, '', '{}', '{"context":null}']) {
  test(`the body ${JSON.stringify(body)} is an empty context`, async () => {
    expect((await post(`${all}/beta`, body)).status).toBe(200);
  });
}

test('a key may have any letter', async () => {
  const response = await post(`${all}/${encodeURIComponent('a b/ü')}`, '{}');
  expect(await response.json()).toMatchObject({ key: 'a b/ü', value: true });
});

test('another method is answered with the one that is allowed', async () => {
  const response = await handle(new Request(all));
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
});

for (const header of ['"other", TAG', 'W/TAG', '*']) {
  test(`If-None-Match: ${header} is understood`, async () => {
    const etag = (await post(all, '{}')).headers.get('etag') ?? '';
    const response = await post(all, '{}', { 'if-none-match': header.replace('TAG', etag) });
    expect([response.status, await response.text()]).toEqual([304, '']);
  });
}

test('one flag that fails does not spoil the others', async () => {
  const body: unknown = await (await post(all, '{}')).json();
  expect(body).toMatchObject({
    flags: [{ key: 'beta', value: true }, { key: 'a b/ü' }, { key: 'broken', errorCode: 'GENERAL' }],
  });
});

test('without streams none is offered', async () => {
  const quiet = flags.ofrep({ maxStreams: 0 });
  const response = await quiet(new Request(all, { method: 'POST', body: '{}' }));
  expect(await response.json()).not.toHaveProperty('eventStreams');
});

test('a path of one s own is taken', async () => {
  const own = flags.ofrep({ basePath: '/flags' });
  expect((await own(new Request('http://localhost/flags/evaluate/flags/beta', { method: 'POST' }))).status).toBe(200);
});

for (const options of [{ maxBodyBytes: 0 }, { heartbeatMs: 0.5 }, { maxStreams: -1 }]) {
  test(`${JSON.stringify(options)} is refused`, () => {
    expect(() => flags.ofrep(options)).toThrow(
      expect.toSatisfy((error: unknown) => FlagErrors.INVALID_OPTION.is(error)),
    );
  });
}
