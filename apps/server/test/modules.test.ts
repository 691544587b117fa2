import { createPluginHost, inline, type PluginHost } from '@seaworthy/plugins';
import { createResilience, type Resilience } from '@seaworthy/resilience';
import { createFakeClock } from '@seaworthy/resilience/testing';
import { createRegistry } from '@seaworthy/schema-registry';
import { afterAll, afterEach, expect, test } from 'vitest';
import { ServerErrors } from '../src/errors.ts';
import { httpModules } from '../src/http/module.ts';
import { createAccessStore } from '../src/modules/reports/access-store.ts';
import { createProjectRights } from '../src/modules/reports/access.ts';
import { reportSubject } from '../src/modules/reports/contract.ts';
import { reportsModule } from '../src/modules/reports/module.ts';
import { resilientStore } from '../src/modules/reports/resilient-store.ts';
import { openDatabase } from '../src/storage/database.ts';
import { storePipeline } from '../src/storage/pipeline.ts';
import { webModule } from '../src/modules/web/module.ts';
import type { ReportStore } from '../src/modules/reports/store.ts';
import { memoryStore } from './support/memory-store.ts';
import { askersWithoutAccounts } from './support/no-accounts.ts';
import { newReport } from './support/new-report.ts';

let host: PluginHost | undefined;

afterEach(async () => {
  await host?.close();
});

const database = await openDatabase(':memory:');
const straight = { execute: <Result>(task: () => Promise<Result>) => task() };
const audit = { record: () => Promise.resolve() };

afterAll(() => database.close());

const unlimited = { take: () => Promise.resolve({ allowed: true, retryAfterMs: 0 }) };
const reports = reportsModule({
  askers: askersWithoutAccounts(),
  audit,
  limits: { reads: unlimited, writes: unlimited, reports: unlimited },
  rights: createProjectRights({
    store: createAccessStore(database.query, { reads: straight, writes: straight }),
    accounts: { find: (name) => Promise.reject(new ServerErrors.ACCOUNT_UNKNOWN({ name })) },
    audit,
  }),
  store: memoryStore(),
  registry: createRegistry([reportSubject]),
  onReceived: () => undefined,
});
const web = webModule({ isTrendShown: () => true });

test('the modules start in the order of their dependencies, and each brings its routes', async () => {
  host = await createPluginHost({ sources: [inline([web, reports])] });
  await host.start();
  expect(host.status().map(({ id, state }) => [id, state])).toEqual([
    ['reports', 'started'],
    ['web', 'started'],
  ]);
  expect(host.contributions(httpModules).map(({ plugin }) => plugin)).toEqual(['reports', 'web']);
});

test('pages without the reports they show do not start', async () => {
  const lonely = createPluginHost({ sources: [inline([web])] });
  await expect(lonely).rejects.toThrow('"web" needs "reports" ^1.0.0');
});

test('only the module that draws pages draws problems', async () => {
  host = await createPluginHost({ sources: [inline([reports, web])] });
  await host.start();
  const renderers = host.contributions(httpModules).flatMap(({ value }) => value.renderProblem ?? []);
  expect(renderers).toHaveLength(1);
  const problem = { title: 'Not Found', status: 404, detail: 'Nothing.', code: 'a.B' };
  expect(renderers[0]?.(problem, 'r-1')).toContain('<h1>Not Found</h1>');
});

/** A store, or parts of one, behind pipelines as the server makes them. */
function guard(resilience: Resilience, parts: Partial<ReportStore>): ReportStore {
  const [reads, writes] = ['reads', 'writes'].map((name) => resilience.pipeline(name, storePipeline));
  return resilientStore({ ...memoryStore(), ...parts }, { reads, writes } as Parameters<typeof resilientStore>[1]);
}

test('every call of the store runs in a pipeline, writes in one of their own', async () => {
  const calls = { reads: 0, writes: 0 };
  const counting = (kind: keyof typeof calls) => ({
    execute<Result>(task: () => Promise<Result>): Promise<Result> {
      calls[kind] += 1;
      return task();
    },
  });
  const store = resilientStore(memoryStore(), { reads: counting('reads'), writes: counting('writes') });
  expect(await store.add(newReport(), 'push token')).toEqual({ id: 'one', created: true });
  expect(await store.projects(undefined)).toHaveLength(1);
  expect(await store.history('orders', 1, undefined)).toHaveLength(1);
  expect((await store.body('one', undefined))?.body).toBe(newReport().body);
  expect(calls).toEqual({ reads: 3, writes: 1 });
});

const away = new ServerErrors.STORE_UNAVAILABLE({ reason: 'database is locked' });
const attempts: readonly { title: string; failures: readonly Error[]; calls: number; isAnswered: boolean }[] = [
  { title: 'a store that is away for a moment is asked again', failures: [away, away], calls: 3, isAnswered: true },
  { title: 'a store that stays away is given up', failures: [away, away, away, away], calls: 4, isAnswered: false },
  { title: 'a mistake of ours is not repeated', failures: [new TypeError('ours')], calls: 1, isAnswered: false },
];
for (const { title, failures, calls, isAnswered } of attempts) {
  test(title, async () => {
    const left = [...failures];
    let asked = 0;
    const projects = () => {
      asked += 1;
      const failure = left.shift();
      return failure === undefined ? Promise.resolve([]) : Promise.reject(failure);
    };
    const resilience = createResilience();
    const store = guard(resilience, { projects });
    const outcome = await store.projects(undefined).catch((error: unknown) => error);
    expect([asked, outcome]).toEqual([calls, isAnswered ? [] : failures.at(-1)]);
    await resilience.close();
  });
}

test('a store that hangs is given up at its deadline, and one that is closed at once', async () => {
  const clock = createFakeClock();
  const resilience = createResilience({ clock });
  const projects = async (): Promise<never> => new Promise<never>(() => {});
  const store = guard(resilience, { projects });
  const late = Promise.allSettled([store.projects(undefined)]);
  await clock.advance(5_000);
  expect(await late).toMatchObject([{ reason: { code: 'seaworthy.resilience.TIMED_OUT' } }]);
  const hanging = Promise.allSettled([store.projects(undefined)]);
  await resilience.close();
  expect(await hanging).toMatchObject([{ reason: { code: 'seaworthy.resilience.CLOSED' } }]);
  await clock.advance(0);
  expect(clock.pending).toBe(0);
});

test('in an outage the store is asked little more often than there are requests', async () => {
  const clock = createFakeClock();
  const resilience = createResilience({ clock });
  let asked = 0;
  const projects = async (): Promise<never> => {
    asked += 1;
    throw away;
  };
  const store = guard(resilience, { projects });
  const calls = Promise.allSettled(Array.from({ length: 1_000 }, async () => store.projects(undefined)));
  await clock.advance(5_000);
  await calls;
  expect(asked).toBeLessThanOrEqual(1_300);
});

test('writers that are kept out again and again make one attempt a second, readers go on, and the first success ends it', async () => {
  const clock = createFakeClock();
  const resilience = createResilience({ clock });
  let isLocked = true;
  let asked = 0;
  const add: ReportStore['add'] = async ({ id }) => {
    asked += 1;
    if (isLocked) throw away;
    return { id, created: true };
  };
  const store = guard(resilience, { add });
  const writing = Promise.allSettled(Array.from({ length: 20 }, async () => store.add(newReport(), 'push token')));
  await clock.advance(900);
  await writing;
  const soFar = asked;
  const refusal = await store.add(newReport(), 'push token').catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    code: 'seaworthy.server.STORE_UNAVAILABLE',
    cause: { code: 'seaworthy.resilience.BREAKER_OPEN' },
  });
  expect(asked).toBe(soFar);
  expect(await store.projects(undefined)).toEqual([]);
  await clock.advance(1_000);
  const trying = Promise.allSettled(Array.from({ length: 10 }, async () => store.add(newReport(), 'push token')));
  await clock.advance(500);
  await trying;
  expect(asked).toBe(soFar + 1);
  await clock.advance(1_000);
  isLocked = false;
  expect(await store.add(newReport(), 'push token')).toEqual({ id: 'one', created: true });
  const all = Array.from({ length: 10 }, async () => store.add(newReport(), 'push token'));
  expect(await Promise.all(all)).toHaveLength(10);
  await resilience.close();
});
