import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startCollector, type Collector, type CollectorOptions } from '../support/collector.ts';
import { addressesOf, runProgram, type Program } from '../support/program.ts';
import { reportBody } from '../support/report.ts';

interface Started extends Program {
  readonly url: string;
  readonly management: string;
}

/** A server of its own that exports to this collector when it ends, and not before. */
async function start(collector: Collector, variables: Readonly<Record<string, string>> = {}): Promise<Started> {
  const interval = { SEAWORTHY_TELEMETRY_INTERVAL_MS: '3600000', SEAWORTHY_SHUTDOWN_IDLE: 'prompt' };
  const program = runProgram({ PORT: '0', ...interval, ...collector.variables, ...variables });
  onTestFinished(program.end);
  return { ...program, ...(await addressesOf(program)) };
}

async function collect(options?: CollectorOptions): Promise<Collector> {
  const collector = await startCollector(options);
  onTestFinished(() => collector[Symbol.asyncDispose]());
  return collector;
}

/** Sends a report up to its last byte, so that its request is under way. */
async function beginPush(url: string): Promise<{ readonly socket: Socket; readonly finish: () => Promise<string> }> {
  const { hostname, port } = new URL(url);
  const body = reportBody();
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const head = ['POST /api/v1/reports HTTP/1.1', 'host: a', 'content-type: application/json', 'expect: 100-continue'];
  socket.write([...head, `content-length: ${Buffer.byteLength(body)}`, '', ''].join('\r\n'));
  // The server says that it has begun with the request.
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 100 /);
  socket.write(body.slice(0, -1));
  return {
    socket,
    async finish() {
      socket.write(body.slice(-1));
      const [answer] = (await once(socket, 'data')) as [Buffer];
      return answer.toString();
    },
  };
}

async function stopping({ output }: Program): Promise<void> {
  await expect.poll(output, { timeout: 60_000 }).toContain('"message":"stopping"');
}

const route = { 'http.route': '/api/v1/reports' };

test('a request that ends during the drain is exported, and the stop itself', async () => {
  const collector = await collect();
  const program = await start(collector);
  const push = await beginPush(program.url);
  program.child.kill('SIGTERM');
  await stopping(program);
  expect(await push.finish()).toMatch(/^HTTP\/1\.1 201 /);
  expect(await program.exited).toBe(0);
  expect(collector.series('http.server.request.duration', route)).toMatchObject([{ value: 1 }]);
  expect(collector.series('seaworthy.server.reports', { outcome: 'created' })).toMatchObject([{ value: 1 }]);
  expect(collector.series('seaworthy.lifecycle.stop.duration', { outcome: 'ok' })).toMatchObject([{ value: 1 }]);
  expect(collector.spans).toContain('stop');
  expect(collector.spans).toContain('POST /api/v1/reports');
});

test('a token that is in the path of a request is in no trace', async () => {
  const collector = await collect();
  const program = await start(collector);
  const path = '/npm/-/user/token/npm_this-is-the-token';
  expect((await fetch(new URL(path, program.url), { method: 'DELETE' })).status).toBe(401);
  program.child.kill('SIGTERM');
  expect(await program.exited).toBe(0);
  expect(collector.text()).toContain('/npm/-/user/token/***');
  expect(collector.text()).not.toContain('this-is-the-token');
});

test('a request that is cut at the end of the drain is exported as aborted, and the stop as failed', async () => {
  const collector = await collect();
  const program = await start(collector, { SEAWORTHY_SHUTDOWN_GRACE_MS: '12000' });
  const { socket } = await beginPush(program.url);
  program.child.kill('SIGTERM');
  await once(socket.resume(), 'close');
  expect(await program.exited).toBe(1);
  const aborted = { ...route, 'error.type': 'aborted' };
  expect(collector.series('http.server.request.duration', aborted)).toMatchObject([{ value: 1 }]);
  expect(collector.series('seaworthy.lifecycle.stop.duration', { outcome: 'error' })).toMatchObject([{ value: 1 }]);
});

test('a collector that never answers holds a shutdown no longer than its grace, and the log says so', async () => {
  const collector = await collect({ answers: 'never' });
  const program = await start(collector, { SEAWORTHY_SHUTDOWN_GRACE_MS: '1000' });
  program.child.kill('SIGTERM');
  expect(await program.exited).toBe(0);
  const left = program.output().trim().split('\n').at(-1) as string;
  expect(JSON.parse(left)).toMatchObject({ message: 'was not closed', part: 'telemetry', outcome: 'hung' });
  expect((JSON.parse(left) as { timeoutMs: number }).timeoutMs).toBeLessThan(1_000);
});

test('a collector that is away holds nothing', async () => {
  const collector = await startCollector();
  await collector[Symbol.asyncDispose]();
  const program = await start(collector);
  program.child.kill('SIGTERM');
  expect(await program.exited).toBe(0);
  expect(program.output()).not.toContain('was not closed');
});

test('a second signal during the last export ends the process at once with 128 and its number', async () => {
  let second = (): void => undefined;
  const collector = await collect({ answers: 'never', onExport: () => second() });
  const program = await start(collector, { SEAWORTHY_SHUTDOWN_GRACE_MS: '600000' });
  second = () => program.child.kill('SIGINT');
  program.child.kill('SIGTERM');
  expect(await program.exited).toBe(130);
  expect(program.output()).toContain('"message":"stopped"');
});

test('the stop after an uncaught error is exported too', async () => {
  const collector = await collect();
  const crash = `process.on('SIGUSR2',()=>{throw(new(Error)('ours'))})`;
  const program = await start(collector, { NODE_OPTIONS: `--import=data:text/javascript,${crash}` });
  program.child.kill('SIGUSR2');
  expect(await program.exited).toBe(1);
  expect(program.output()).toContain('"message":"stopping after an uncaught error"');
  expect(collector.series('seaworthy.lifecycle.stop.duration')).toMatchObject([{ value: 1 }]);
});
