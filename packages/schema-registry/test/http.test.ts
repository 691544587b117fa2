import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSchemaServer, fileLog, memoryLog, type SchemaLog, type SchemaServerOptions } from '../src/http.ts';
import { describe, expect, onTestFinished, test } from 'vitest';

const text = (...fields: string[]) =>
  JSON.stringify({
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field, { type: 'string' }])),
    additionalProperties: false,
  });
const json = (schema: string, more: object = {}) => ({ schema, schemaType: 'JSON', ...more });

function start(options: Partial<SchemaServerOptions> = {}) {
  const server = createSchemaServer({ log: memoryLog(), ...options });
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ) => {
    const init = {
      method,
      headers,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    };
    const answer = await server.handle(new Request(`http://localhost${path}`, init));
    return { status: answer.status, body: (await answer.json()) as never, type: answer.headers.get('content-type') };
  };
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'schemas-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A server with two versions of `a` and the first of them as `b` as well. */
async function filled(options: Partial<SchemaServerOptions> = {}) {
  const ask = start(options);
  await ask('POST', '/subjects/a/versions', json(text('x')));
  await ask('POST', '/subjects/a/versions', json(text('x', 'y')));
  await ask('POST', '/subjects/b/versions', json(text('x')));
  return ask;
}

describe('an operation', () => {
  const version1 = { subject: 'a', id: 1, version: 1, schemaType: 'JSON', schema: text('x') };
  const version2 = { subject: 'a', id: 2, version: 2, schemaType: 'JSON', schema: text('x', 'y') };
  const cases: { ask: [method: string, path: string, body?: unknown]; answers: unknown }[] = [
    { ask: ['GET', '/'], answers: {} },
    { ask: ['GET', '/schemas/types'], answers: ['JSON'] },
    { ask: ['GET', '/schemas/ids/1'], answers: { schemaType: 'JSON', schema: text('x') } },
    { ask: ['GET', '/schemas/ids/1/schema'], answers: JSON.parse(text('x')) },
    { ask: ['GET', '/schemas/ids/1/subjects'], answers: ['a', 'b'] },
    {
      ask: ['GET', '/schemas/ids/1/versions'],
      answers: [
        { subject: 'a', version: 1 },
        { subject: 'b', version: 1 },
      ],
    },
    { ask: ['GET', '/subjects'], answers: ['a', 'b'] },
    { ask: ['GET', '/subjects?subjectPrefix=b'], answers: ['b'] },
    { ask: ['GET', '/subjects/a/versions'], answers: [1, 2] },
    { ask: ['GET', '/subjects/a/versions/1'], answers: version1 },
    { ask: ['GET', '/subjects/a/versions/latest'], answers: version2 },
    { ask: ['GET', '/subjects/a/versions/-1'], answers: version2 },
    { ask: ['GET', '/subjects/a/versions/2/schema'], answers: JSON.parse(text('x', 'y')) },
    { ask: ['GET', '/subjects/a/versions/2/referencedby'], answers: [] },
    { ask: ['POST', '/subjects/a', json(text('x'))], answers: version1 },
    { ask: ['POST', '/subjects/a', json(` ${text('x')}\n`)], answers: version1 },
    { ask: ['POST', '/subjects/a/versions', json(text('x', 'y'))], answers: { id: 2 } },
    { ask: ['POST', '/subjects/c/versions', json(text('x', 'y'))], answers: { id: 2 } },
    { ask: ['POST', '/subjects/c/versions', json(text('z'))], answers: { id: 3 } },
    { ask: ['POST', '/compatibility/subjects/a/versions/latest', json(text('x'))], answers: { is_compatible: false } },
    { ask: ['POST', '/compatibility/subjects/a/versions/1', json(text('x'))], answers: { is_compatible: true } },
    {
      ask: ['POST', '/compatibility/subjects/a/versions?verbose=true', json(text('x'))],
      answers: {
        is_compatible: false,
        messages: [
          'property-removed at y: The reader refuses properties that it does not know. Keep the property as optional, or let others in.',
        ],
      },
    },
    { ask: ['POST', '/compatibility/subjects/new/versions', json(text('x'))], answers: { is_compatible: true } },
    { ask: ['GET', '/config'], answers: { compatibilityLevel: 'BACKWARD' } },
    { ask: ['PUT', '/config', { compatibility: 'FULL' }], answers: { compatibility: 'FULL' } },
    { ask: ['PUT', '/config/a', { compatibility: 'NONE' }], answers: { compatibility: 'NONE' } },
    { ask: ['GET', '/config/a?defaultToGlobal=true'], answers: { compatibilityLevel: 'BACKWARD' } },
    { ask: ['GET', '/mode'], answers: { mode: 'READWRITE' } },
    { ask: ['PUT', '/mode/a', { mode: 'READONLY' }], answers: { mode: 'READONLY' } },
    { ask: ['GET', '/mode/a?defaultToGlobal=true'], answers: { mode: 'READWRITE' } },
    { ask: ['DELETE', '/subjects/a'], answers: [1, 2] },
    { ask: ['DELETE', '/subjects/a/versions/latest'], answers: 2 },
  ];
  for (const {
    ask: [method, path, body],
    answers,
  } of cases) {
    test(`${method} ${path} answers ${JSON.stringify(answers).slice(0, 60)}`, async () => {
      const answer = await (await filled())(method, path, body);
      expect(answer).toEqual({ status: 200, body: answers, type: 'application/vnd.schemaregistry.v1+json' });
    });
  }
});

describe('a refusal has the code of the protocol', () => {
  const deep = `${'{"not":'.repeat(50_000)}{}${'}'.repeat(50_000)}`;
  const cases: { ask: [method: string, path: string, body?: unknown]; code: number; name?: string }[] = [
    { ask: ['GET', '/subjects/none/versions'], code: 40_401 },
    { ask: ['GET', '/subjects/none/versions/1'], code: 40_401 },
    { ask: ['GET', '/subjects/a/versions/7'], code: 40_402 },
    { ask: ['GET', '/schemas/ids/99'], code: 40_403 },
    { ask: ['POST', '/subjects/a', json(text('other'))], code: 40_403 },
    { ask: ['DELETE', '/subjects/a?permanent=true'], code: 40_405 },
    { ask: ['DELETE', '/subjects/a/versions/1?permanent=true'], code: 40_407 },
    { ask: ['GET', '/config/a'], code: 40_408 },
    { ask: ['DELETE', '/config/a'], code: 40_408 },
    { ask: ['GET', '/mode/a'], code: 40_409 },
    { ask: ['POST', '/subjects/a/versions', { schema: '{"type":"record"}' }], code: 42_201, name: 'Avro' },
    { ask: ['POST', '/subjects/a/versions', json('{}', { schemaType: 'PROTOBUF' })], code: 42_201, name: 'Protobuf' },
    { ask: ['POST', '/subjects/a/versions', json('{')], code: 42_201, name: 'broken JSON in the schema' },
    { ask: ['POST', '/subjects/a/versions', json('7')], code: 42_201, name: 'a number as schema' },
    { ask: ['POST', '/subjects/a/versions', json(deep)], code: 42_201, name: 'a schema 50,000 deep' },
    { ask: ['POST', '/subjects/a/versions', json('{"type":"text"}')], code: 42_201, name: 'a type that is none' },
    { ask: ['POST', '/subjects/new/versions', json('{"type":"text"}')], code: 42_201, name: 'the first schema' },
    { ask: ['POST', '/subjects/a/versions', json('{"$ref":"#"}')], code: 42_201, name: 'a schema that never ends' },
    { ask: ['POST', '/subjects/a/versions', json('{"$ref":"http://localhost/x"}')], code: 42_201, name: 'a far $ref' },
    { ask: ['POST', '/subjects/a/versions', { schemaType: 'JSON' }], code: 42_201, name: 'no schema' },
    {
      ask: ['POST', '/subjects/a/versions', json('{}', { references: [{ name: 'r' }] })],
      code: 42_201,
      name: 'references',
    },
    { ask: ['GET', '/subjects/a/versions/0'], code: 42_202 },
    { ask: ['GET', '/subjects/a/versions/1.5'], code: 42_202 },
    { ask: ['GET', '/subjects/a/versions/constructor'], code: 42_202 },
    { ask: ['PUT', '/config', { compatibility: 'SOMETIMES' }], code: 42_203 },
    { ask: ['PUT', '/mode', { mode: 'IMPORT' }], code: 42_204 },
    { ask: ['POST', `/subjects/${'x'.repeat(1_025)}/versions`, json('{}')], code: 42_208, name: 'a name too long' },
    { ask: ['POST', '/subjects/a%00b/versions', json('{}')], code: 42_208, name: 'a name with a control character' },
    { ask: ['GET', '/nothing'], code: 404 },
    { ask: ['GET', '/subjects//versions'], code: 404 },
    { ask: ['GET', '/subjects/%zz/versions'], code: 404 },
    { ask: ['GET', '/schemas/ids/1e3'], code: 404 },
    { ask: ['GET', '/schemas/ids/../../etc/passwd'], code: 404 },
    { ask: ['DELETE', '/subjects'], code: 405 },
    { ask: ['PUT', '/config', '{'], code: 400, name: 'broken JSON' },
    { ask: ['PUT', '/config', '[]'], code: 400, name: 'a list' },
  ];
  for (const {
    ask: [method, path, body],
    code,
    name,
  } of cases) {
    test(`${code} for ${method} ${path.slice(0, 60)}${name ? ` with ${name}` : ''}`, async () => {
      const ask = await filled();
      const answer = await ask(method, path, body);
      expect(answer.status).toBe(Number(String(code).slice(0, 3)));
      expect(answer.body).toMatchObject({ error_code: code });
    });
  }

  test('and 409 for a schema that breaks the ones before, with the change that does', async () => {
    const answer = await (await filled())('POST', '/subjects/a/versions', json(text('z')));
    const message = expect.stringContaining('property-removed at y') as string;
    expect(answer).toMatchObject({ status: 409, body: { error_code: 409, message } });
  });

  test('and 40404 and 40406 for what was deleted already, which may then be deleted for good', async () => {
    const ask = await filled();
    await ask('DELETE', '/subjects/a/versions/2');
    expect((await ask('DELETE', '/subjects/a/versions/2')).body).toMatchObject({ error_code: 40_406 });
    expect((await ask('DELETE', '/subjects/a/versions/2?permanent=true')).body).toBe(2);
    await ask('DELETE', '/subjects/a');
    expect((await ask('DELETE', '/subjects/a')).body).toMatchObject({ error_code: 40_404 });
    expect((await ask('GET', '/subjects?deleted=true')).body).toEqual(['a', 'b']);
    expect((await ask('DELETE', '/subjects/a?permanent=true')).body).toEqual([1]);
    expect((await ask('GET', '/subjects?deleted=true')).body).toEqual(['b']);
    expect((await ask('GET', '/schemas/ids/2')).body).toMatchObject({ error_code: 40_403 });
    expect((await ask('POST', '/subjects/a/versions', json(text('q')))).body).toEqual({ id: 3 });
    expect((await ask('GET', '/subjects/a/versions')).body).toEqual([3]);
  });

  test('and 42205 for a subject that is read only', async () => {
    const ask = await filled();
    await ask('PUT', '/mode', { mode: 'READONLY' });
    expect((await ask('POST', '/subjects/a/versions', json(text('x', 'y', 'z')))).body).toMatchObject({
      error_code: 42_205,
    });
    expect((await ask('POST', '/subjects/a/versions', json(text('x')))).body).toEqual({ id: 1 });
  });

  test('and 415 for another content type', async () => {
    const ask = await filled();
    expect((await ask('PUT', '/config', '{}', { 'content-type': 'text/xml' })).status).toBe(415);
    const same = { 'content-type': 'application/vnd.schemaregistry+json; charset=utf-8' };
    expect((await ask('PUT', '/config', { compatibility: 'NONE' }, same)).status).toBe(200);
  });
});

describe('names', () => {
  for (const name of ['__proto__', 'constructor', 'a/b', 'ä ö', ':.ctx:topic-value', '%2F']) {
    test(`may be ${JSON.stringify(name)}`, async () => {
      const ask = start();
      const path = `/subjects/${encodeURIComponent(name)}/versions`;
      expect((await ask('POST', path, json(text('x')))).body).toEqual({ id: 1 });
      expect((await ask('GET', '/subjects')).body).toEqual([name]);
    });
  }

  test('may not be "..", which an address cannot hold', async () => {
    const answer = await start()('POST', '/subjects/%2E%2E/versions', json(text('x')));
    expect(answer.status).toBe(404);
  });
});

describe('(3) the same schema', () => {
  test('has one id, however many register it at once on two servers', async () => {
    const log = fileLog(join(await folder(), 'log'));
    const servers = [start({ log }), start({ log })] as const;
    const serverOf = (index: number) => (index % 2 === 0 ? servers[0] : servers[1]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        serverOf(index)('POST', `/subjects/s${index % 4}/versions`, json(text('x'))),
      ),
    );
    expect(answers.map((answer) => answer.body)).toEqual(answers.map(() => ({ id: 1 })));
    expect((await log.read(0)).map(({ change }) => String(change.subject)).toSorted()).toEqual([
      's0',
      's1',
      's2',
      's3',
    ]);
  });

  test('and different ones have different ids and versions, registered at once on two servers', async () => {
    const log = fileLog(join(await folder(), 'log'));
    const servers = [start({ log }), start({ log })] as const;
    const serverOf = (index: number) => (index % 2 === 0 ? servers[0] : servers[1]);
    await servers[0]('PUT', '/config', { compatibility: 'NONE' });
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        serverOf(index)('POST', '/subjects/a/versions', json(text(`f${index}`))),
      ),
    );
    expect((await servers[0]('GET', '/subjects/a/versions')).body).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
    const ids = (await log.read(1)).map(({ change }) => change.kind === 'registered' && change.id);
    expect(ids).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  });
});

describe('a log in a folder', () => {
  test('(1) is all that another server needs', async () => {
    const path = await folder();
    await filled({ log: fileLog(path) });
    const other = start({ log: fileLog(path) });
    expect((await other('GET', '/subjects/a/versions/latest')).body).toMatchObject({ version: 2, id: 2 });
    expect(await readdir(path)).toEqual(['000000001.json', '000000002.json', '000000003.json']);
  });

  test('that somebody broke is an error of the store, and stays', async () => {
    const path = await folder();
    await filled({ log: fileLog(path) });
    await writeFile(join(path, '000000002.json'), '{');
    const answer = await start({ log: fileLog(path) })('GET', '/subjects');
    expect(answer).toMatchObject({ status: 500, body: { error_code: 50_001 } });
    expect(JSON.stringify(answer.body)).not.toContain(path);
  });
});

describe('(2) a time limit', () => {
  test('ends a request whose log never answers', async () => {
    const log: SchemaLog = { read: () => new Promise(() => undefined), append: () => true };
    expect((await start({ log, timeoutMs: 20 })('GET', '/subjects')).body).toMatchObject({ error_code: 50_002 });
  });

  test('ends a request whose body never ends', async () => {
    const server = createSchemaServer({ log: memoryLog(), bodyTimeoutMs: 20 });
    const body = new ReadableStream<Uint8Array>({ start: (stream) => stream.enqueue(Buffer.from('{')) });
    const request = new Request('http://localhost/config', { method: 'PUT', body, duplex: 'half' });
    expect((await server.handle(request)).status).toBe(408);
  });

  test('and a limit of bytes hold on a socket too', async () => {
    const { handleNode } = createSchemaServer({
      log: memoryLog(),
      bodyTimeoutMs: 50,
      maxBodyBytes: 100,
    });
    const server = createServer(handleNode);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const send = async (head: string, body: string) => {
      const socket = connect(port, '127.0.0.1');
      let heard = '';
      socket.write(`${head}\r\nHost: evil.example\r\n${body}`);
      for await (const chunk of socket) {
        heard += String(chunk);
        if (heard.includes('\r\n\r\n')) break;
      }
      socket.destroy();
      return heard.split('\r\n')[0];
    };
    expect(await send('PUT /config HTTP/1.1', 'Content-Length: 50\r\n\r\n{')).toBe('HTTP/1.1 408 Request Timeout');
    expect(await send('PUT /config HTTP/1.1', `Content-Length: 500\r\n\r\n${'x'.repeat(200)}`)).toBe(
      'HTTP/1.1 413 Payload Too Large',
    );
    expect(await send('GET //evil.example/subjects HTTP/1.1', '\r\n')).toBe('HTTP/1.1 404 Not Found');
    expect(await send('GET /../../etc/passwd HTTP/1.1', '\r\n')).toBe('HTTP/1.1 404 Not Found');
    expect(await send('GET /config HTTP/1.1', '\r\n')).toBe('HTTP/1.1 200 OK');
  });
});

test('the paths may begin elsewhere', async () => {
  const ask = start({ basePath: '/registry' });
  expect((await ask('GET', '/registry/subjects')).body).toEqual([]);
  expect((await ask('GET', '/subjects')).status).toBe(404);
});
