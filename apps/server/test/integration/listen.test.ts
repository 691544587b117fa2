import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ServerErrors } from '../../src/errors.ts';
import { listen } from '../../src/http/listen.ts';

const open: Server[] = [];
const server = (): Server => {
  const created = createServer();
  open.push(created);
  return created;
};

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => new Promise((resolve) => each.close(resolve))));
});

async function taken(): Promise<number> {
  const other = server();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  return (other.address() as AddressInfo).port;
}

test('a port that was asked for and is taken is refused with its number', async () => {
  const port = await taken();
  const failure = await listen(server(), { host: '127.0.0.1', port }).catch((error: unknown) => error);
  expect(ServerErrors.PORT_IN_USE.is(failure)).toBe(true);
  expect((failure as Error).message).toContain(String(port));
});

test('without a port the default or the next free one is taken', async () => {
  const port = await taken();
  const answer = await listen(server(), { host: '127.0.0.1', defaultPort: port });
  expect(answer.port).toBeGreaterThan(port);
  expect(answer.url).toBe(`http://127.0.0.1:${answer.port}`);
});

test('an address of another machine is CANNOT_LISTEN', async () => {
  await expect(listen(server(), { host: '192.0.2.1', port: 0 })).rejects.toSatisfy(ServerErrors.CANNOT_LISTEN.is);
});
