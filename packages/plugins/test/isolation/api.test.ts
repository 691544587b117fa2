import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { event, processTier, service, wasmTier, workerTier, type Tier } from '../../src/index.ts';
import { hosted, trying } from './disk.ts';

const tiers: readonly Tier[] = [workerTier(), processTier({ publisherOf: () => 'us' }), wasmTier()];

interface Calculator {
  add(a: number, b: number): number;
  fail(): void;
}
const Calculator = service<Calculator>('calculator');
const Rung = event<{ readonly times: number }>('rung');
const Answered = event<{ readonly doubled: number }>('answered');

const calculator = `
import { service } from '@seaworthy/plugins';
class Calculator {
  add(a, b) { return a + b; }
  fail() { throw Object.assign(new RangeError('too large'), { code: 'CALC' }); }
}
export default { onInit: (ctx) => void ctx.provide(service('calculator'), new Calculator()) };
`;

for (const shared of tiers) {
  describe(`a plugin in the tier "${shared.name}"`, () => {
    // One plugin stays, so that the thread or the process of the others is not started for each test.
    const tier = (): Tier => ({ name: shared.name, open: (code, options) => shared.open(code, options) });
    let staying: AsyncDisposable | undefined;
    beforeAll(async () => {
      staying = await hosted(tier(), { staying: 'export default {};' });
    });
    afterAll(async () => {
      await staying?.[Symbol.asyncDispose]();
      await shared.close?.();
    });

    test('offers a command that gets its arguments and answers', async () => {
      await using it = await hosted(tier(), { a: trying('a', 'return { got: args, id: ctx.id }') });
      const sent = {
        map: new Map<unknown, unknown>([[1, new Date(5)]]),
        set: new Set([2n]),
        bytes: new Uint8Array([1, 200]),
        nothing: undefined,
        number: -0,
      };
      expect(await it.run('a.try', sent)).toEqual({ got: sent, id: 'a' });
    });

    test('fails a command with the message, the code and the stack of its error', async () => {
      const body = `const cause = new Error('the reason'); throw Object.assign(new TypeError('no', { cause }), { code: 'A1' });`;
      await using it = await hosted(tier(), { a: trying('a', body) });
      await expect(it.run('a.try')).rejects.toMatchObject({
        name: 'TypeError',
        message: 'no',
        code: 'A1',
        stack: expect.stringContaining('index.js'),
        cause: { message: 'the reason' },
      });
    });

    test('gets the abort of a command, with its reason', async () => {
      const body = `return await new Promise((resolve) => signal.addEventListener('abort', () => { ctx.emit({ id: 'aborted' }, signal.reason.message); resolve(); }));`;
      await using it = await hosted(tier(), { a: trying('a', body), b: listening('aborted') });
      const aborting = new AbortController();
      const running = it.run('a.try', undefined, { signal: aborting.signal });
      aborting.abort(new Error('changed my mind'));
      await running;
      await expect.poll(() => it.run('b.heard')).toEqual(['changed my mind']);
    });

    test('uses the service of another, which is declared', async () => {
      await using it = await hosted(tier(), {
        calc: calculator,
        a: {
          code: trying(
            'a',
            `const calc = ctx.use({ kind: 'service', id: 'calculator' }, '^1'); return [await calc.add(2, 3), await calc.fail().catch((e) => [e.name, e.code, e.message])];`,
          ),
          manifest: { dependencies: { calc: '*' } },
        },
      });
      expect(await it.run('a.try')).toEqual([5, ['RangeError', 'CALC', 'too large']]);
      expect(await it.host.service(Calculator).add(1, 1)).toBe(2);
    });

    test('may not use a service of a plugin that it does not depend on', async () => {
      const body = `return await ctx.use({ kind: 'service', id: 'calculator' }).add(1, 1).catch((error) => error.code);`;
      await using it = await hosted(tier(), { calc: calculator, a: trying('a', body) });
      expect(await it.run('a.try')).toBe('seaworthy.plugins.SERVICE_UNDECLARED');
    });

    test('hears and tells events', async () => {
      const code = `export default { onInit(ctx) { ctx.on({ kind: 'event', id: 'rung' }, ({ times }) => ctx.emit({ id: 'answered' }, { doubled: times * 2 })); } };`;
      await using it = await hosted(tier(), { a: code, b: listening('answered') });
      it.host.emit(Rung, { times: 4 });
      await expect.poll(() => it.run('b.heard')).toEqual([{ doubled: 8 }]);
      it.host.emit(Answered, { doubled: 1 });
      await expect.poll(() => it.run('b.heard')).toEqual([{ doubled: 8 }, { doubled: 1 }]);
    });

    test('contributes values, and its disposed registrations are gone', async () => {
      const code = trying('a', 'gone[Symbol.dispose]();', 'let gone;').replace(
        'onInit(ctx) {',
        `onInit(ctx) {
          ctx.contribute({ kind: 'contribution-point', id: 'words' }, { word: 'kept' });
          gone = ctx.contribute({ kind: 'contribution-point', id: 'words' }, { word: 'gone' });`,
      );
      await using it = await hosted(tier(), { a: code });
      const words = (): readonly unknown[] => it.host.contributions({ kind: 'contribution-point', id: 'words' });
      expect(words()).toHaveLength(2);
      await it.run('a.try');
      await expect.poll(words).toEqual([{ plugin: 'a', value: { word: 'kept' } }]);
    });

    test('runs its hooks in order, then what it deferred, last in first out', async () => {
      const code = `const said = (ctx, what) => ctx.logger.info({}, what);
export default {
  onInit(ctx) { said(ctx, 'init ' + JSON.stringify(ctx.config)); ctx.defer(() => said(ctx, 'undo 1')); ctx.defer(() => said(ctx, 'undo 2')); },
  onStart: (ctx) => said(ctx, 'start'),
  onStop: (ctx) => said(ctx, 'stop ' + ctx.signal.aborted),
  onDestroy: (ctx) => said(ctx, 'destroy'),
};`;
      const it = await hosted(tier(), { a: code });
      await it[Symbol.asyncDispose]();
      expect(it.log.map(({ message }) => message)).toEqual([
        'init undefined',
        'start',
        'stop true',
        'destroy',
        'undo 2',
        'undo 1',
      ]);
      expect(it.log[0]?.fields).toEqual({ plugin: 'a' });
    });

    test('answers for its health', async () => {
      const code = `export default { health: (signal) => ({ aborted: signal.aborted, queue: 3 }) };`;
      await using it = await hosted(tier(), { a: code });
      expect(await it.host.health()).toMatchObject([{ id: 'a', status: 'up', details: { aborted: false, queue: 3 } }]);
    });

    test('fails to start when a hook does, and when a command is taken', async () => {
      await using it = await hosted(tier(), {
        a: trying('a', ''),
        b: { code: trying('a', ''), manifest: { dependencies: { a: '*' } } },
        c: `export default { onStart() { throw new Error('out of ink'); } };`,
        d: `export const noDefault = 1;`,
      });
      const errors = Object.fromEntries(it.host.status().map(({ id, state, error }) => [id, error?.message ?? state]));
      expect(errors).toMatchObject({
        a: 'started',
        b: expect.stringContaining('Plugin "a" already has a command "a.try"'),
        c: expect.stringContaining('Plugin "c" failed in onStart: out of ink'),
        d: expect.stringContaining('has undefined where a plugin is expected'),
      });
    });

    test('has timers, and reports a callback of them that fails', async () => {
      const body = `return await new Promise((resolve) => {
        ctx.setTimeout(() => { throw new Error('late'); }, 1);
        let ticks = 0;
        const every = ctx.setInterval(() => { ticks += 1; if (ticks === 3) { every[Symbol.dispose](); resolve(ticks); } }, 1);
      });`;
      await using it = await hosted(tier(), { a: trying('a', body) });
      expect(await it.run('a.try')).toBe(3);
      await expect
        .poll(() => it.log)
        .toContainEqual({
          level: 'error',
          message: 'A callback of the plugin failed',
          fields: { plugin: 'a', what: 'setTimeout', message: 'late' },
        });
    });

    test('cannot send functions', async () => {
      await using it = await hosted(tier(), { a: trying('a', 'return { run() {} };') });
      await expect(it.run('a.try')).rejects.toMatchObject({ code: 'seaworthy.plugins.NOT_CLONEABLE' });
      await expect(it.run('a.try', () => 1)).rejects.toMatchObject({ code: 'seaworthy.plugins.NOT_CLONEABLE' });
    });

    test('has a deadline for what the host asks it', async () => {
      await using it = await hosted(tier(), {
        a: { code: trying('a', 'await new Promise(() => undefined);'), manifest: { limits: { callTimeoutMs: 50 } } },
      });
      await expect(it.run('a.try')).rejects.toMatchObject({ code: 'seaworthy.plugins.CALL_TIMEOUT' });
    });

    test('fetches through the host, where its manifest says and nowhere else', async () => {
      await using server = await listen((path) => (path === '/away' ? 'http://localhost.invalid/' : undefined));
      const body = `try { const r = await ctx.fetch(args); return [r.status, await r.text(), r.headers.get('x-a')]; } catch (error) { return error.code; }`;
      await using it = await hosted(tier(), {
        a: { code: trying('a', body), manifest: { permissions: { net: [`127.0.0.1:${server.port}`] } } },
        b: trying('b', body),
      });
      expect(await it.run('a.try', `${server.url}/é`)).toEqual([200, 'hello é', 'b']);
      expect(await it.run('a.try', `${server.url}/away`)).toBe('seaworthy.plugins.FETCH_REFUSED');
      expect(await it.run('b.try', server.url)).toBe('seaworthy.plugins.FETCH_REFUSED');
      expect(await it.run('a.try', 'file:///etc/passwd')).toBe('seaworthy.plugins.FETCH_REFUSED');
    });

    test('is not heard any more after it was unloaded', async () => {
      const ticking = `export default { onInit(ctx) { ctx.setInterval(() => ctx.emit({ id: 'tick' }, ctx.id), 1); } };`;
      await using it = await hosted(tier(), { a: ticking, b: listening('tick') });
      await expect.poll(() => it.run('b.heard')).not.toEqual([]);
      await it.host.unload('a');
      const before = await it.run('b.heard');
      // A round trip through the same thread or process, in which a timer of 1 ms would have fired.
      for (let round = 0; round < 20; round += 1) await it.run('b.heard');
      expect(await it.run('b.heard')).toEqual(before);
      expect(it.host.status()).toMatchObject([{ id: 'a', state: 'stopped' }, { id: 'b' }]);
    });
  });
}

/** A plugin that remembers the payloads of an event. */
function listening(id: string): string {
  return `const heard = [];
export default { onInit(ctx) {
  ctx.on({ kind: 'event', id: '${id}' }, (payload) => void heard.push(payload));
  ctx.command({ id: ctx.id + '.heard', run: () => heard });
} };`;
}

interface Listening extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

/** A server that greets with the path, or redirects. */
async function listen(redirect: (path: string) => string | undefined): Promise<Listening> {
  const server = createServer((request, response) => {
    const to = redirect(request.url ?? '');
    if (to === undefined)
      response.setHeader('x-a', 'b').end(`hello ${decodeURIComponent((request.url ?? '/').slice(1))}`);
    else response.writeHead(302, { location: to }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
