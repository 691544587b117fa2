import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createNotifier, type NotifierOptions } from '../src/notify.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const systemd = { NOTIFY_SOCKET: '/run/systemd/notify' };

function create(
  environment: Readonly<Record<string, string>>,
  more: Partial<NotifierOptions> = {},
): {
  sent: string[];
  notifier: ReturnType<typeof createNotifier>;
} {
  const sent: string[] = [];
  const send: NotifierOptions['send'] = (state, done) => {
    sent.push(state);
    done(null);
  };
  return {
    sent,
    notifier: createNotifier({
      isAlive: async () => true,
      logger: { info() {}, error() {} },
      environment,
      send,
      ...more,
    }),
  };
}

test('systemd is told when the process is ready and when it stops', () => {
  const { sent, notifier } = create(systemd);
  notifier.ready();
  notifier.stopping();
  notifier.close();
  expect(sent).toEqual(['READY=1', 'STOPPING=1']);
});

test('without a socket nothing is sent and no timer runs', () => {
  const { sent, notifier } = create({ WATCHDOG_USEC: '2000000' });
  notifier.ready();
  notifier.stopping();
  expect(sent).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

const watchdogs: { environment: Record<string, string>; fed: number }[] = [
  { environment: { WATCHDOG_USEC: '2000000' }, fed: 3 },
  { environment: { WATCHDOG_USEC: '2000000', WATCHDOG_PID: String(process.pid) }, fed: 3 },
  { environment: { WATCHDOG_USEC: '2000000', WATCHDOG_PID: '1' }, fed: 0 },
  { environment: { WATCHDOG_USEC: 'soon' }, fed: 0 },
  { environment: { WATCHDOG_USEC: '0' }, fed: 0 },
  { environment: {}, fed: 0 },
];
for (const { environment, fed } of watchdogs) {
  test(`${JSON.stringify(Object.keys(environment))} feeds the watchdog ${fed} times in three seconds`, async () => {
    const { sent, notifier } = create({ ...systemd, ...environment });
    notifier.ready();
    await vi.advanceTimersByTimeAsync(3_000);
    notifier.close();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(sent).toEqual(['READY=1', ...Array.from({ length: fed }, () => 'WATCHDOG=1')]);
  });
}

test('a process that is not alive does not feed its watchdog', async () => {
  const answers = [async () => false, () => Promise.reject(new Error('no'))];
  const { sent, notifier } = create(
    { ...systemd, WATCHDOG_USEC: '2000000' },
    { isAlive: () => answers.shift()?.() ?? Promise.resolve(true) },
  );
  notifier.ready();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sent).toEqual(['READY=1']);
  await vi.advanceTimersByTimeAsync(1_000);
  notifier.close();
  expect(sent).toEqual(['READY=1', 'WATCHDOG=1']);
});

test('a socket that does not answer is logged once and left alone', () => {
  const error = vi.fn<(fields: object, message: string) => void>();
  const failure = new Error('spawn systemd-notify ENOENT');
  const { notifier } = create(systemd, { logger: { info() {}, error }, send: (_, done) => done(failure) });
  notifier.ready();
  notifier.stopping();
  expect(error.mock.calls).toEqual([[{ err: failure, state: 'READY=1' }, 'systemd could not be notified']]);
});
