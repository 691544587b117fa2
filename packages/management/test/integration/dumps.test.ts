import { request, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ManagementOptions } from '../../src/index.ts';
import { ask, token, withToken, type Got } from '../client.ts';
import { launch, type Program } from '../program.ts';

interface HeapSnapshot {
  readonly snapshot: { readonly node_count: number; readonly meta: { readonly node_fields: readonly string[] } };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

/** Said once more than the snapshot can hold by chance, with characters that JSON and UTF-8 treat specially. */
const owner = 'planted "pl4nted-s3cret" – \\ „in memory“ \u{1f40b}';

const get = (url: string, path: string, method = 'GET'): Promise<Got> => ask(url, path, { method, headers: withToken });

/** Asks, and does something as soon as the first piece has come; what is cut is an error. */
function download(url: string, path: string, onFirst: (response: IncomingMessage) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { headers: withToken, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.once('data', () => onFirst(response));
      response.on('data', (piece: string) => (text += piece));
      response.once('end', () => resolve(text));
      response.once('error', reject);
      response.once('close', () => reject(new Error('cut')));
    });
    sent.once('error', reject);
    sent.end();
  });
}

for (const worker of [false, true]) {
  describe(worker ? 'dumps of a worker' : 'dumps in process', () => {
    let shared: Program;
    beforeAll(async () => {
      shared = await launch(owner, { worker });
    });
    afterAll(() => shared.close());

    const own: Program[] = [];
    afterEach(async () => {
      await Promise.all(own.splice(0).map((program) => program.close()));
    });
    const open = async (options: ManagementOptions = {}, ballast = 0): Promise<Program> => {
      const program = await launch(owner, { worker, ...options }, ballast);
      own.push(program);
      return program;
    };
    const untilRunning = (url: string): Promise<void> =>
      vi.waitFor(async () => expect((await get(url, '/diagnostics/heap')).status).toBe(409), { timeout: 60_000 });

    test('a CPU profile is a file for the tools of V8', async () => {
      const got = await get(shared.url, '/diagnostics/cpu?durationMs=50');
      const { startTime, endTime } = got.json as { startTime: number; endTime: number };
      expect(endTime - startTime).toBeGreaterThan(40_000);
      expect(got.headers['content-disposition']).toMatch(/^attachment; filename="\d+-[\dTZ-]+\.cpuprofile"$/);
    });

    const wrong = ['9', '60001', '1.5', 'long', '', '-50', '1e9'];
    for (const durationMs of wrong) {
      test(`a profile of "${durationMs}" ms is refused`, async () => {
        expect((await get(shared.url, `/diagnostics/cpu?durationMs=${durationMs}`)).json).toMatchObject({
          status: 400,
          detail: 'Expected the query parameter `durationMs` to be a whole number from 10 to 60000.',
        });
      });
    }

    test('a heap snapshot is whole, names classes, and hides what texts say', async () => {
      const got = await get(shared.url, '/diagnostics/heap');
      const { snapshot, nodes, strings } = JSON.parse(got.text) as HeapSnapshot;
      expect(nodes).toHaveLength(snapshot.node_count * snapshot.meta.node_fields.length);
      expect(strings).toContain('ShoppingBasketOfTheTest');
      expect(strings).toContain('owner');
      expect(got.text.includes('pl4nted')).toBe(false);
      expect(got.text.includes('in memory')).toBe(false);
      expect(got.text.includes(token)).toBe(false);
      expect(got.text).toMatch(/"\(text of \d+ bytes\)"/);
    });

    test('a heap that is larger than allowed is left alone', async () => {
      const { url } = await open({ maxHeapBytes: 1_000 });
      expect((await get(url, '/diagnostics/heap')).json).toMatchObject({
        status: 503,
        code: 'seaworthy.management.HEAP_TOO_LARGE',
      });
    });

    test('HEAD takes no dump', async () => {
      const { url, heard } = await open();
      expect((await get(url, '/diagnostics/heap', 'HEAD')).status).toBe(200);
      expect((await get(url, '/diagnostics/cpu', 'HEAD')).status).toBe(200);
      expect(heard('dump')).toEqual([]);
    });

    test('one dump is taken at a time, and everything else is answered meanwhile', async () => {
      const first = get(shared.url, '/diagnostics/cpu?durationMs=1000');
      await untilRunning(shared.url);
      expect((await get(shared.url, '/diagnostics/heap')).json).toMatchObject({
        code: 'seaworthy.management.DUMP_RUNNING',
        detail: expect.stringContaining('A dump (cpu)'),
      });
      expect((await get(shared.url, '/jobs')).json).toBe(owner.length);
      expect((await get(shared.url, '/diagnostics/stack')).status).toBe(200);
      expect((await first).status).toBe(200);
      expect((await get(shared.url, '/diagnostics/cpu?durationMs=10')).status).toBe(200);
    });

    test('each dump is told and logged', async () => {
      const { url, heard } = await open();
      await get(url, '/diagnostics/cpu?durationMs=10');
      await get(url, '/diagnostics/cpu?durationMs=0');
      await vi.waitFor(() => expect(heard('log')).toEqual(Array(2).fill('a management dump was taken')), {
        timeout: 20_000,
      });
      const durationMs: unknown = expect.any(Number);
      expect(heard('dump')).toEqual([
        { kind: 'cpu', remote: '127.0.0.1', status: 200, outcome: 'ok', durationMs },
        { kind: 'cpu', remote: '127.0.0.1', status: 400, outcome: 'error', durationMs },
      ]);
    });

    test('a client that goes away ends its snapshot, and the next one may begin', async () => {
      const { url, heard } = await open();
      const left = download(url, '/diagnostics/heap', (response) => response.destroy());
      await expect(left).rejects.toThrow('cut');
      await vi.waitFor(() => expect(heard('dump')).toMatchObject([{ kind: 'heap', outcome: 'aborted' }]), {
        timeout: 60_000,
      });
      expect((await get(url, '/diagnostics/cpu?durationMs=10')).status).toBe(200);
    });

    test('a client that goes away ends its profile', async () => {
      const { url, heard } = await open();
      const gone = new AbortController();
      const path = new URL('/diagnostics/cpu?durationMs=60000', url);
      const asked = fetch(path, { headers: withToken, signal: gone.signal });
      await untilRunning(url);
      gone.abort();
      await expect(asked).rejects.toThrow('aborted');
      await vi.waitFor(() => expect(heard('dump')).toMatchObject([{ kind: 'cpu', outcome: 'aborted' }]), {
        timeout: 20_000,
      });
    });

    test('closing ends a running profile early and delivers what it has', async () => {
      const { url, close } = await open();
      const asked = get(url, '/diagnostics/cpu?durationMs=60000');
      await untilRunning(url);
      expect(await close()).toBe(0);
      expect(Object.keys((await asked).json as object)).toContain('samples');
    });

    test('closing lets a snapshot arrive whole', async () => {
      const { url, close } = await open();
      let closed: Promise<number> | undefined;
      const text = await download(url, '/diagnostics/heap', () => void (closed = close()));
      expect(await closed).toBe(0);
      expect((JSON.parse(text) as HeapSnapshot).strings.length).toBeGreaterThan(1_000);
    });

    test('a snapshot that nobody reads is cut when its time is over', async () => {
      const { url, heard } = await open({ dumpTimeoutMs: 5_000 }, 200_000);
      const read = download(url, '/diagnostics/heap', (response) => response.pause());
      read.catch(() => undefined);
      await vi.waitFor(() => expect(heard('dump')).toMatchObject([{ kind: 'heap', outcome: 'aborted' }]), {
        timeout: 60_000,
      });
    });
  });
}
