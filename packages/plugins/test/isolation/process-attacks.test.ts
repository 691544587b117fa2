import { mkdir, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPluginHost, folder, processTier } from '../../src/index.ts';
import type { AuditEntry } from '../../src/index.ts';
import { packages } from '../packages.ts';
import { hosted, trying, type Hosted } from './disk.ts';

const refused = /is refused\. Name it/;

/** Modules that lead out of the process, into Node, or around its permission model. */
const forbidden = [
  'node:fs',
  'fs/promises',
  'node:net',
  'node:http',
  'node:https',
  'node:http2',
  'node:tls',
  'node:dns',
  'node:dgram',
  'node:child_process',
  'node:cluster',
  'node:worker_threads',
  'node:sqlite',
  'node:module',
  'node:vm',
  'node:v8',
  'node:inspector',
  'node:inspector/promises',
  'node:async_hooks',
  'node:diagnostics_channel',
  'node:process',
  'node:console',
  'node:domain',
  'node:repl',
  'node:tty',
  'node:wasi',
  'node:trace_events',
  'node:test',
  'node:os',
  '/etc/passwd',
  'file:///etc/passwd',
  '../../../../../../etc/passwd',
  './addon.node',
  'data:text/javascript,export default 1',
  'https://example.com/x.js',
  'lodash',
];

/** Expressions that would give a way out, each with the value it has here. */
const dead: readonly (readonly [what: string, code: string])[] = [
  ['the bindings of Node', 'process.binding ?? process._linkedBinding ?? process.dlopen'],
  ['the built-in modules', 'process.getBuiltinModule ?? process.mainModule ?? globalThis.require'],
  ['signals to other processes', 'process.kill ?? process._kill ?? process._debugProcess'],
  ['another program in its place', 'process.execve ?? process.abort ?? process.reallyExit'],
  ['reports and files of variables', 'process.report ?? process.loadEnvFile'],
  ['the handles of Node', 'process._getActiveHandles ?? process._getActiveRequests'],
  [
    'the streams of the process',
    'process.stdout ?? process.stderr ?? process.stdin ?? console._stdout ?? console.Console',
  ],
  ['the channel to the host', 'process.send ?? process.channel ?? process.disconnect'],
  ['the network of the browser', 'globalThis.fetch ?? globalThis.WebSocket ?? globalThis.EventSource'],
  [
    'classes that load the network',
    'globalThis.Request ?? globalThis.Response ?? globalThis.Headers ?? globalThis.FormData',
  ],
  ['a stream that compiles', 'WebAssembly.compileStreaming ?? WebAssembly.instantiateStreaming'],
  ['the agent that fetches', `globalThis[Symbol.for('undici.globalDispatcher.1')] ?? undefined`],
];

/** Programs that end in a refusal, with what they are told. */
const attempts: readonly (readonly [what: string, code: string, says: RegExp])[] = [
  ['code from text', `return Function('return process')()`, /Code generation from strings disallowed/],
  [
    'code from text by the constructor',
    `return (async () => {}).constructor('return 1')()`,
    /Code generation from strings/,
  ],
  ['the end of the process', 'process.exit(0)', /cannot end the process/],
  ['a granted lookup by a changed Set', `Set.prototype.has = () => true; return import('node:net')`, refused],
  [
    'a granted lookup by a changed prototype',
    `Object.prototype['node:net'] = true; return import('node:net')`,
    refused,
  ],
  [
    'a lookup by a changed URL',
    `Object.defineProperty(URL.prototype, 'href', { get: () => 'node:net' }); return import('./x.js')`,
    refused,
  ],
  [
    'a changed test of texts',
    `String.prototype.startsWith = () => true; RegExp.prototype.test = () => true; return import('node:fs')`,
    refused,
  ],
  ['a new process object', `globalThis.process = {}; return process.version`, /read only|Cannot (assign|redefine)/],
  ['an entry in the environment', `process.env.PATH = '/bin'`, /not extensible|read only/],
];

describe('a hostile plugin in a process without grants', () => {
  let it: Hosted;
  const audit: AuditEntry[] = [];
  beforeAll(async () => {
    process.env['SEAWORTHY_SECRET'] = 'do not tell';
    const bodies = [
      ...forbidden.map((name) => [`import ${name}`, `return import(${JSON.stringify(name)})`]),
      ...dead.map(([what, code]) => [what, `return String(${code})`]),
      ...attempts.map(([what, code]) => [what, code]),
      ['environment', 'return Object.keys(process.env)'],
      ['steal', steal],
      ['frames', frames],
      ['pollute', pollute],
    ];
    const table = bodies.map(([what, code]) => `${JSON.stringify(what)}: async () => { ${code} }`).join(',\n');
    const evil = trying('evil', 'return await attempts[args]()', `${head}\nconst attempts = {\n${table}\n};`);
    const tier = processTier({ audit: { record: (entry) => audit.push(entry) } });
    it = await hosted(tier, { evil, good: trying('good', 'return "still here"') });
  });
  afterAll(async () => {
    delete process.env['SEAWORTHY_SECRET'];
    await it[Symbol.asyncDispose]();
  });

  for (const name of forbidden) {
    test(`cannot import ${name}, and the attempt is on record`, async () => {
      await expect(it.run('evil.try', `import ${name}`)).rejects.toMatchObject({
        code: 'seaworthy.plugins.IMPORT_REFUSED',
        message: expect.stringMatching(refused),
      });
      const what = `import of ${name}`;
      await expect
        .poll(() => audit)
        .toContainEqual({ event: 'refused', plugin: 'evil', version: '1.0.0', details: { tier: 'process', what } });
    });
  }

  for (const [what] of dead) {
    test(`does not have ${what}`, async () => {
      expect(await it.run('evil.try', what)).toBe('undefined');
    });
  }

  for (const [what, , says] of attempts) {
    test(`does not get away with ${what}`, async () => {
      await expect(it.run('evil.try', what)).rejects.toThrow(says);
    });
  }

  test('sees no variable of the environment', async () => {
    expect(await it.run('evil.try', 'environment')).toEqual([]);
  });

  test('finds nothing on the real process, even when it takes it from the methods of emitters', async () => {
    expect(await it.run('evil.try', 'steal')).toEqual({ stolen: true, found: [] });
  });

  test('finds no function and no object of Node in stack frames', async () => {
    expect(await it.run('evil.try', 'frames')).toEqual([]);
  });

  test('pollutes its own prototypes only', async () => {
    expect(Object.entries((await it.run('evil.try', 'pollute')) as object)).toEqual([
      ['__proto__', null],
      ['plain', 1],
    ]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(Object.hasOwn(Object.prototype, 'plain')).toBe(false);
  });

  test('leaves the others as they were', async () => {
    expect(await it.run('good.try')).toBe('still here');
    expect(it.host.status().map(({ state }) => state)).toEqual(['started', 'started']);
  });
});

/** Takes whatever the emitters of Node are called on. */
const head = `import { EventEmitter } from 'node:events';
const stolen = [];
const { emit } = EventEmitter.prototype;
EventEmitter.prototype.emit = function (...args) { stolen.push(this); return emit.apply(this, args); };
`;

/** A warning of Node itself is told by the real process. */
const steal = `
  const crowded = new EventEmitter();
  for (let count = 0; count < 12; count += 1) crowded.on('x', () => undefined);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const real = stolen.find((each) => typeof each.reallyExit === 'function');
  const names = ['binding', '_linkedBinding', 'dlopen', 'getBuiltinModule', 'mainModule', 'kill', '_kill', '_debugProcess', 'report', 'execve', 'stdout', 'stderr', 'stdin', '_getActiveHandles', 'send', 'channel', 'chdir', 'abort'];
  const sockets = stolen.filter((each) => typeof each.connect === 'function');
  return { stolen: real !== undefined, found: [...names.filter((name) => real[name] !== undefined), ...sockets.map(() => 'socket')] };`;

const frames = `
  const found = [];
  Error.prepareStackTrace = (error, sites) => {
    for (const site of sites) for (const each of [site.getThis(), site.getFunction()]) if (each) found.push(String(each).slice(0, 80));
    return '';
  };
  new Error('x').stack;
  await Promise.resolve().then(() => new Error('y').stack);
  Error.prepareStackTrace = undefined;
  return found;`;

const pollute = `
  Object.prototype.polluted = 'yes';
  const message = JSON.parse('{"__proto__": null, "plain": 1}');
  queueMicrotask(() => { delete Object.prototype.polluted; });
  return message;`;

describe('a hostile plugin in a process with grants', () => {
  test('stays within its folders, and cannot link out of them', async () => {
    const body = `
      const outcome = async (run) => { try { return String(await run()).trim(); } catch (error) { return error.code; } };
      const data = args;
      return {
        own: await outcome(() => fs.readFileSync(data + '/a.txt', 'utf8')),
        written: await outcome(() => { fs.writeFileSync(data + '/b.txt', 'x'); return 'ok'; }),
        passwd: await outcome(() => fs.readFileSync('/etc/passwd', 'utf8')),
        up: await outcome(() => fs.readFileSync(data + '/../../../../../etc/passwd', 'utf8')),
        symlink: await outcome(() => fs.symlinkSync('/etc/passwd', data + '/link')),
        hard: await outcome(() => fs.linkSync('/etc/passwd', data + '/hard')),
        spawned: await outcome(() => import('node:child_process')),
        outside: await outcome(() => fs.writeFileSync(data + '/../outside.txt', 'x')),
        proc: await outcome(() => fs.readFileSync('/proc/self/environ', 'utf8')),
      };`;
    const manifest = { permissions: { fs: { read: ['data'], write: ['data'] }, imports: ['node:fs'] } };
    await using disk = await packages();
    await disk.add('evil', manifest, {
      'index.js': trying('evil', body, `import fs from 'node:fs';`),
      'data/a.txt': 'mine',
    });
    const host = await createPluginHost({
      sources: [folder(disk.path)],
      tiers: [processTier()],
      policy: { isolation: 'process' },
    });
    await host.start();
    expect(host.status()).toMatchObject([{ state: 'started' }]);
    expect(await host.commands()[0]?.run(join(disk.path, 'evil/data'))).toEqual({
      own: 'mine',
      written: 'ok',
      passwd: 'ERR_ACCESS_DENIED',
      up: 'ERR_ACCESS_DENIED',
      symlink: 'ERR_ACCESS_DENIED',
      hard: 'ERR_ACCESS_DENIED',
      spawned: 'seaworthy.plugins.IMPORT_REFUSED',
      outside: 'ERR_ACCESS_DENIED',
      proc: 'ERR_ACCESS_DENIED',
    });
    await host.close();
  });

  test('is not loaded when its folder, or one it asks for, has a link that leads out', async () => {
    await using disk = await packages();
    await disk.add('code', {}, { 'index.js': 'export default {};' });
    await symlink('/etc/passwd', join(disk.path, 'code/passwd.json'));
    await disk.add('data', { permissions: { fs: { read: ['data'] } } }, { 'index.js': 'export default {};' });
    await mkdir(join(disk.path, 'data/data'));
    await symlink('/etc', join(disk.path, 'data/data/etc'));
    await disk.add('inside', {}, { 'index.js': 'export default {};' });
    await symlink(join(disk.path, 'inside/index.js'), join(disk.path, 'inside/same.js'));
    const host = await createPluginHost({
      sources: [folder(disk.path)],
      tiers: [processTier()],
      policy: { isolation: 'process' },
    });
    await host.start();
    const states = Object.fromEntries(host.status().map(({ id, state, error }) => [id, error?.message ?? state]));
    expect(states).toEqual({
      code: expect.stringMatching(/passwd\.json, which leads to \/etc\/passwd, outside/),
      data: expect.stringMatching(/data\/etc, which leads to \/etc, outside/),
      inside: 'started',
    });
    await host.close();
  });

  test('has the network modules only when all hosts are granted and it names them', async () => {
    const server = createServer((socket) => socket.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const body = `const net = await import('node:net'); return await new Promise((resolve, reject) => net.connect(args, '127.0.0.1').on('data', (data) => resolve(String(data))).on('error', reject));`;
    const all = { permissions: { net: ['*'], imports: ['node:net'] } };
    const one = { permissions: { net: ['127.0.0.1'], imports: ['node:net'] } };
    await using it = await hosted(processTier(), {
      all: { code: trying('all', body), manifest: all },
      one: { code: trying('one', body), manifest: one },
    });
    expect(await it.run('all.try', port)).toBe('hello');
    await expect(it.run('one.try', port)).rejects.toMatchObject({ code: 'seaworthy.plugins.IMPORT_REFUSED' });
    await new Promise((resolve) => server.close(resolve));
  });

  test('gets the variables that are granted, and the host can grant less than is asked', async () => {
    process.env['SEAWORTHY_GIVEN'] = 'yes';
    const manifest = { permissions: { env: ['SEAWORTHY_GIVEN', 'HOME'], imports: ['node:os'] } };
    const body = 'return [{ ...process.env }, await import("node:os").then(() => "os", (error) => error.code)]';
    const grant = (): object => ({ env: ['SEAWORTHY_GIVEN'] });
    await using it = await hosted(processTier({ grant }), { a: { code: trying('a', body), manifest } });
    expect(await it.run('a.try')).toEqual([{ SEAWORTHY_GIVEN: 'yes' }, 'seaworthy.plugins.IMPORT_REFUSED']);
    delete process.env['SEAWORTHY_GIVEN'];
  });

  test('is killed when it forges messages over the pipe, and until then none of them counts', async () => {
    const body = `
      const { writeSync } = fs;
      const frame = (bytes) => { const head = Buffer.alloc(4); head.writeUInt32LE(bytes.length); return Buffer.concat([head, bytes]); };
      for (let round = 0; round < 200; round += 1) writeSync(3, frame(Buffer.from('not a value')));
      await new Promise(() => undefined);`;
    const manifest = { permissions: { fs: { read: ['data'] }, imports: ['node:fs'] } };
    await using it = await hosted(processTier({ mostRefusals: 20 }), {
      evil: { code: trying('evil', body, `import fs from 'node:fs';`), manifest },
      good: trying('good', 'return 1'),
    });
    await expect(it.run('evil.try')).rejects.toThrow(
      /it sent 21 messages that were refused, the last because its bytes/,
    );
    expect(await it.run('good.try')).toBe(1);
  });

  test('is killed for frames that are larger than allowed, and nothing of them is kept', async () => {
    const body = `
      const head = Buffer.alloc(4);
      head.writeUInt32LE(0xffffffff);
      fs.writeSync(3, head);
      const junk = Buffer.alloc(1 << 20);
      for (let at = 0; at < 64; at += 1) fs.writeSync(3, junk);
      await new Promise(() => undefined);`;
    const manifest = { permissions: { fs: { read: ['data'] }, imports: ['node:fs'] } };
    const before = process.memoryUsage.rss();
    await using it = await hosted(processTier({ mostRefusals: 0 }), {
      evil: { code: trying('evil', body, `import fs from 'node:fs';`), manifest },
    });
    await expect(it.run('evil.try')).rejects.toThrow(/4294967295 bytes, and at most 16777216 may cross/);
    expect(process.memoryUsage.rss() - before).toBeLessThan(512 * 1_048_576);
  });
});
