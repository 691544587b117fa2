import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createTestLifecycle } from '../../src/testing.ts';

test('an endless stream that heeds life.signal says goodbye and ends whole, long before it would be cut', async () => {
  const { life } = createTestLifecycle({ graceMs: 60_000 });
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: hello\n\n');
    life.signal.addEventListener('abort', () => response.end('event: moved\n\n'), { once: true });
  });
  life.http('api', server, {
    idle: 'prompt',
    start: () => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)),
  });
  await life.start();
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const text = answer.text();
  const report = await life.stop();
  expect(await text).toBe('data: hello\n\nevent: moved\n\n');
  expect(report).toMatchObject({ exitCode: 0, active: { connections: {} } });
  expect(report.durationMs).toBeLessThan(30_000);
});
