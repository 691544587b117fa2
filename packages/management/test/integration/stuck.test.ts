import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ask, json, token, withToken, type Got } from '../client.ts';

const program = join(import.meta.dirname, '..', 'fixtures', 'stuck.ts');

let child: ChildProcess;
let url: string;
/** What the program said, in order. */
let said: unknown[] = [];

beforeAll(async () => {
  child = fork(program, [token], { execArgv: ['--conditions=@seaworthy/source'] });
  child.on('message', (message) => void said.push(message));
  await once(child, 'message');
  url = String(said[0]);
});

afterAll(async () => {
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  child.send({ kind: 'close' });
  const [code, signal] = await ended;
  if (code !== 0) throw new Error(`The program ended with ${code ?? signal}.`);
});

beforeEach(() => (said = []));

const get = (path: string): Promise<Got> => ask(url, path, { headers: withToken });
const heard = async (word: string): Promise<void> => {
  while (!said.includes(word)) await once(child, 'message');
};

/** Asks while the main thread is stuck; what is answered only afterwards does not count, and is asked again. */
async function whileStuck<T>(kind: 'spin' | 'native', run: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    said = [];
    child.send({ kind, ms: 3_000 });
    await heard('stuck');
    const value = await run();
    const isInTime = !said.includes('free');
    await heard('free');
    if (isInTime && value !== undefined) return value;
  }
  throw new Error('Nothing was answered while the main thread was stuck.');
}

/** What a path answers when the main thread has time for it. */
const whenFree = (path: string): Promise<Got> =>
  vi.waitFor(
    async () => {
      const got = await get(path);
      expect(got.status).toBe(200);
      return got;
    },
    { timeout: 60_000 },
  );

interface Threads {
  readonly threads: readonly {
    readonly threadState: string;
    readonly stackTrace: readonly { readonly methodName: string; readonly fileName: string }[];
  }[];
}

describe('while the main thread is stuck in a loop', () => {
  test('the stack names the functions that it is in, innermost first', async () => {
    const got = await whileStuck('spin', async () => {
      while (!said.includes('free')) {
        const answer = await get('/diagnostics/stack');
        const [thread] = (answer.json as Threads).threads;
        // The block begins a moment after it was announced.
        if (thread?.stackTrace.some(({ methodName }) => methodName === 'addUpTheYear')) return thread;
      }
      return undefined;
    });
    expect(got.threadState).toBe('RUNNABLE');
    expect(got.stackTrace.slice(0, 2).map(({ methodName }) => methodName)).toEqual(['addUpTheYear', 'closeTheBooks']);
    expect(got.stackTrace[0]?.fileName).toMatch(/fixtures\/stuck\.ts$/);
  });

  test('a CPU profile shows where the time goes', async () => {
    const got = await whileStuck('spin', () => get('/diagnostics/cpu?durationMs=300'));
    const { nodes } = got.json as { nodes: { callFrame: { functionName: string }; hitCount: number }[] };
    const [busiest] = nodes.toSorted((a, b) => b.hitCount - a.hitCount);
    // What is compiled into its caller counts as the caller.
    expect(['addUpTheYear', 'closeTheBooks', 'now']).toContain(busiest?.callFrame.functionName);
    expect(nodes.map(({ callFrame }) => callFrame.functionName)).toContain('closeTheBooks');
  });

  test('liveness says so, and comes back', async () => {
    const got = await whileStuck('spin', async () => [await ask(url, '/health/live'), await get('/health/live')]);
    expect(got[0]).toMatchObject({ status: 503, json: { status: 'DOWN' } });
    expect(got[1]?.json).toEqual({
      status: 'DOWN',
      components: { mainThread: { status: 'DOWN', details: { error: 'did not answer within 400 ms' } } },
    });
    expect((await whenFree('/health/live')).json).toMatchObject({ status: 'UP' });
  });

  test('the event loop is told to be stuck, and values are not made up', async () => {
    const [loop, value] = await whileStuck('spin', () => Promise.all([get('/diagnostics/eventloop'), get('/jobs')]));
    expect(loop.json).toEqual({ status: 'STUCK', waitedMs: 150 });
    expect(value.json).toMatchObject({ status: 504, code: 'seaworthy.management.MAIN_THREAD_STUCK' });
  });

  test('a write that was refused for it is not made later', async () => {
    let attempts = 0;
    const got = await whileStuck('spin', () => {
      attempts += 1;
      return ask(url, '/jobs', { method: 'POST', headers: { ...withToken, ...json }, body: String(attempts) });
    });
    expect(got.status).toBe(504);
    expect((await whenFree('/jobs')).json).not.toContain(attempts);
  });

  test('nothing is shown to strangers', async () => {
    const got = await whileStuck('spin', () => Promise.all([ask(url, '/diagnostics/stack'), ask(url, '/jobs')]));
    expect(got.map(({ status }) => status)).toEqual([401, 401]);
  });

  test('what is open to everyone asks nobody for a token: it is stuck', async () => {
    const got = await whileStuck('spin', () => ask(url, '/info'));
    expect(got.json).toMatchObject({ status: 504, code: 'seaworthy.management.MAIN_THREAD_STUCK' });
  });
});

test('while the main thread is inside native code, the stack says that it cannot be looked into', async () => {
  const got = await whileStuck('native', async () => {
    while (!said.includes('free')) {
      const answer = await get('/diagnostics/stack');
      const [thread] = (answer.json as Threads).threads;
      if (thread?.threadState === 'BLOCKED') return thread;
    }
    return undefined;
  });
  expect(got).toMatchObject({ threadState: 'BLOCKED', stackTrace: [] });
});

test('a main thread with nothing to do is waiting', async () => {
  await vi.waitFor(
    async () => {
      const { threads } = (await get('/diagnostics/stack')).json as Threads;
      expect(threads).toEqual([{ threadName: 'main', threadId: 0, threadState: 'WAITING', stackTrace: [] }]);
    },
    { timeout: 60_000 },
  );
});
