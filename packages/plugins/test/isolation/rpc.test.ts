import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { createRpc, type Handler, type Rpc, type RpcOptions } from '../../src/isolation/rpc.ts';
import { hostErrors } from '../../src/isolation/tier-options.ts';
import { gate } from '../make.ts';

interface Pair {
  readonly near: Rpc;
  readonly far: Rpc;
  /** What the near side has refused. */
  readonly refused: string[];
}

/** Two sides that clone what they send, as every channel does. */
function pair(handlers: Readonly<Record<string, Handler>>, options: Partial<RpcOptions> = {}): Pair {
  const refused: string[] = [];
  const send = (to: () => Rpc) => (message: unknown) => {
    const clone: unknown = structuredClone(message);
    queueMicrotask(() => to().receive(clone));
  };
  const near: Rpc = createRpc({
    errors: hostErrors,
    handlers: { double: ([n]) => Number(n) * 2 },
    onRefused: (why) => refused.push(why),
    ...options,
    send: send(() => far),
  });
  const far: Rpc = createRpc({ errors: hostErrors, handlers, send: send(() => near) });
  return { near, far, refused };
}

afterEach(() => void vi.useRealTimers());

test('both sides call each other, also within a call', async () => {
  const { near, far } = pair({ quadruple: async ([n]) => Number(await far.call('double', [n])) * 2 });
  expect(await near.call('quadruple', [3])).toBe(12);
});

test('(1) an error crosses with its name, code, stack and causes', async () => {
  const error = Object.assign(new RangeError('far off', { cause: new Error('why') }), { code: 'FAR' });
  const { near } = pair({ fail: () => Promise.reject(error) });
  await expect(near.call('fail', [])).rejects.toMatchObject({
    name: 'RangeError',
    message: 'far off',
    code: 'FAR',
    stack: error.stack,
    cause: { message: 'why' },
  });
});

test('(1) a call ends at its deadline, the other side gets an abort, and the late answer is no forgery', async () => {
  const late = gate();
  const aborted = gate();
  const { near, refused } = pair({
    async slow(_args, signal) {
      signal.addEventListener('abort', () => aborted.open());
      await late.opened;
    },
  });
  await expect(near.call('slow', [], { timeoutMs: 1 })).rejects.toMatchObject({
    code: 'seaworthy.plugins.CALL_TIMEOUT',
    message: expect.stringContaining('slow within 1 ms'),
  });
  await aborted.opened;
  late.open();
  await near.call('none', []).catch(() => undefined);
  expect(refused).toEqual([]);
});

test('(1) a call ends with its signal, and one that is aborted before is not sent', async () => {
  const stop = new AbortController();
  const started = gate();
  const { near } = pair({
    wait: async () => {
      started.open();
      await gate().opened;
    },
  });
  const waiting = near.call('wait', [], { signal: stop.signal });
  await started.opened;
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(near.call('wait', [], { signal: stop.signal })).rejects.toThrow('enough');
});

test('signals among the arguments abort on the other side, with their reason', async () => {
  const got = gate();
  const reasons: unknown[] = [];
  const { near } = pair({
    async wait([first, options]) {
      const { signal, name } = options as { signal: AbortSignal; name: string };
      expect([(first as AbortSignal).aborted, signal.aborted, name]).toEqual([true, false, 'n']);
      got.open();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      reasons.push((first as AbortSignal).reason, signal.reason);
    },
  });
  const stop = new AbortController();
  const running = near.call('wait', [AbortSignal.abort(new Error('before')), { signal: stop.signal, name: 'n' }]);
  await got.opened;
  stop.abort(new Error('now'));
  await running;
  expect(reasons).toMatchObject([{ message: 'before' }, { message: 'now' }]);
});

test('(3) closing rejects what waits, aborts what runs, and nothing is sent or taken any more', async () => {
  const running = gate();
  const stopped = gate();
  const { near, far } = pair({
    async wait(_args, signal) {
      signal.addEventListener('abort', () => stopped.open());
      running.open();
      await gate().opened;
    },
  });
  const waiting = near.call('wait', []);
  await running.opened;
  near.close(new Error('the other side is gone'));
  far.close(new Error('closed'));
  await expect(waiting).rejects.toThrow('the other side is gone');
  await expect(near.call('wait', [])).rejects.toThrow('the other side is gone');
  near.tell('wait', []);
  await stopped.opened;
});

test('what cannot be cloned is refused where it is sent', async () => {
  const { near } = pair({ give: () => () => 1 });
  await expect(near.call('give', [() => 1])).rejects.toMatchObject({ code: 'seaworthy.plugins.NOT_CLONEABLE' });
  await expect(near.call('give', [])).rejects.toMatchObject({ code: 'seaworthy.plugins.NOT_CLONEABLE' });
});

const forged: readonly (readonly [why: string, message: unknown])[] = [
  ['not a message', 'text'],
  ['not a message', null],
  ['not a message', { kind: 'call' }],
  ['not a message', ['call', -1, 'double', [], []]],
  ['not a message', ['call', 1, 'double', 'args', []]],
  ['not a message', ['call', 1, 'double', [1], [[5, null, null]]]],
  ['not a message', ['tell', 'x'.repeat(1_000), []]],
  ['not a message', ['answer', 1.5, 0]],
  ['unknown method', ['call', 1, 'constructor', [], []]],
  ['unknown method', ['tell', '__proto__', []]],
  ['was not made', ['answer', 77, 'take this']],
  ['was not made', ['failure', 77, {}]],
];

for (const [why, message] of forged) {
  test(`(2) ${JSON.stringify(message).slice(0, 60)} is refused: ${why}`, () => {
    const { near, refused } = pair({});
    near.receive(message);
    expect(refused).toEqual([expect.stringContaining(why)]);
    expect(near.refused).toBe(1);
  });
}

test('(2) the number of a running call cannot be used twice, and too many calls are refused', () => {
  const { near, refused } = pair({}, { handlers: { wait: () => gate().opened }, maxOpenCalls: 2 });
  for (const id of [1, 1, 2, 3]) near.receive(['call', id, 'wait', [], []]);
  expect(refused).toEqual(['it uses the number of another call', 'too many calls are open']);
});

test('(2) whatever arrives, nothing is thrown and the next call works', async () => {
  const part = fc.oneof(fc.constantFrom('call', 'tell', 'answer', 'failure', 'abort', 'double'), fc.anything());
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (message) => {
      const { near, far } = pair({ echo: ([value]) => value });
      near.receive(message);
      far.receive(message);
      expect(await near.call('echo', [1])).toBe(1);
    }),
  );
});
